package ckan

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// progressLife is how long a walk may take: what was read first must not be older.
const progressLife = 24 * time.Hour

// progress is what came of a walk so far, kept in a file of JSON lines: first a head, then one line
// for each dataset, on the disk before the next one is asked for.
type progress struct {
	datasets map[string]dataset // by id
	file     *os.File           // nil: nothing is kept
}

// headJSON is the file's first line: which portal and filter it is of, and when it was begun.
type headJSON struct {
	Path  string    `json:"path"`
	Began time.Time `json:"began"`
}

type progressJSON struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	ReadAt    time.Time      `json:"read_at"`
	Total     int64          `json:"total"`
	Resources []resourceLine `json:"resources"`
}

type resourceLine struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Total int64  `json:"total"`
}

// openProgress reads what an earlier run kept, or begins anew where there is none, where it is too
// old, or where it is of another portal. A last line that is cut short is left out.
func openProgress(file, path string, now time.Time) (began time.Time, p *progress, err error) {
	p = &progress{datasets: map[string]dataset{}}
	if file == "" {
		return now, p, nil
	}
	kept, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return now, nil, fmt.Errorf("progress of the reading: %w", err)
	}
	whole := kept[:bytes.LastIndexByte(kept, '\n')+1]
	lines := bufio.NewReader(bytes.NewReader(whole))
	var head headJSON
	if !nextLine(lines, &head) || head.Path != path || now.Sub(head.Began) > progressLife || head.Began.After(now) {
		return now, p, p.begin(file, headJSON{path, now.UTC()})
	}
	for line := (progressJSON{}); nextLine(lines, &line); line = (progressJSON{}) {
		d := dataset{id: line.ID, name: line.Name, readAt: line.ReadAt.UTC(), views: views{total: line.Total, isSet: true}}
		for _, r := range line.Resources {
			d.resources = append(d.resources, resource{id: r.ID, datasetID: d.id, url: r.URL, views: views{total: r.Total, isSet: true}})
		}
		p.datasets[d.id] = d
	}
	if p.file, err = os.OpenFile(file, os.O_WRONLY, 0o600); err != nil {
		return now, nil, fmt.Errorf("progress of the reading: %w", err)
	}
	if err = p.file.Truncate(int64(len(whole))); err == nil {
		_, err = p.file.Seek(0, io.SeekEnd)
	}
	return head.Began, p, err
}

// nextLine decodes a line; false at the end, and at a line that is none of ours.
func nextLine(lines *bufio.Reader, into any) bool {
	line, err := lines.ReadBytes('\n')
	return err == nil && json.Unmarshal(line, into) == nil
}

// begin starts an empty file.
func (p *progress) begin(file string, head headJSON) (err error) {
	if p.file, err = os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return fmt.Errorf("progress of the reading: %w", err)
	}
	return p.write(head)
}

// add keeps a dataset that was read.
func (p *progress) add(d dataset) error {
	p.datasets[d.id] = d
	line := progressJSON{ID: d.id, Name: d.name, ReadAt: d.readAt, Total: d.views.total}
	for _, r := range d.resources {
		line.Resources = append(line.Resources, resourceLine{r.id, r.url, r.views.total})
	}
	return p.write(line)
}

// write appends a line and waits until the disk has it.
func (p *progress) write(line any) error {
	if p.file == nil {
		return nil
	}
	text, err := json.Marshal(line)
	if err == nil {
		_, err = p.file.Write(append(text, '\n'))
	}
	if err == nil {
		err = p.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("progress of the reading: %w", err)
	}
	return nil
}

func (p *progress) close() error {
	if p.file == nil {
		return nil
	}
	return p.file.Close()
}

// remove forgets the file. One that stays costs nothing: it is too old by the next reading.
func (p *progress) remove() {
	if p.file != nil {
		_ = os.Remove(p.file.Name())
	}
}
