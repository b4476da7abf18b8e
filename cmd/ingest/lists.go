package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"footfall/internal/traffic"
	"footfall/internal/warehouse"
)

// rules are the reference lists and what they come from.
type rules struct {
	agents    *traffic.Agents
	referrers *traffic.Referrers
	roles     *traffic.Roles
	version   string // of the lists' texts
	lists     []warehouse.List
}

// readRules reads the project's own lists and the COUNTER list of the configuration, and writes
// into the ledger which they were.
func (l *pipeline) readRules(ctx context.Context) (rules, error) {
	r, err := readLists(l.files)
	if err != nil {
		return rules{}, err
	}
	if l.config.CounterRobots != "" {
		list, text, err := readCounterRobots(l.config.path(l.config.CounterRobots))
		if err != nil {
			return rules{}, fmt.Errorf("counter_robots: %w", err)
		}
		leftOut := r.agents.AddCounterRobots(list)
		r.add("counter_robots", text, list.Len())
		r.lists[len(r.lists)-1].Newest = list.Newest
		l.log.InfoContext(ctx, "COUNTER list", "entries", list.Len(), "newest", list.Newest.Format(time.DateOnly),
			"left_out_as_machines", strings.Join(leftOut, " "))
	}
	return r, l.warehouse.RecordLists(ctx, l.run, r.lists, l.now())
}

func readLists(files fs.FS) (rules, error) {
	var r rules
	for _, list := range []struct {
		name string
		read func(io.Reader, string) error
	}{
		{"agents", func(f io.Reader, name string) (err error) { r.agents, err = traffic.ReadAgents(f, name); return err }},
		{"referrers", func(f io.Reader, name string) (err error) {
			r.referrers, err = traffic.ReadReferrers(f, name)
			return err
		}},
		{"resource_roles", func(f io.Reader, name string) (err error) { r.roles, err = traffic.ReadRoles(f, name); return err }},
	} {
		name := path.Join("seeds", list.name+".csv")
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return rules{}, fmt.Errorf("list %s: %w", name, err)
		}
		if err := list.read(bytes.NewReader(text), name); err != nil {
			return rules{}, err
		}
		r.add(list.name, text, countEntries(text))
	}
	return r, nil
}

// add makes a list a part of the version.
func (r *rules) add(name string, text []byte, entries int) {
	sum := sha256.Sum256(text)
	list := warehouse.List{Name: name, Digest: hex.EncodeToString(sum[:8]), Entries: entries}
	r.lists = append(r.lists, list)
	r.version = fmt.Sprintf("%016x", uint64(traffic.TextID([]byte(r.version+"\x00"+list.Digest))))
}

// countEntries counts the lines of one of our CSVs that are neither comments nor its header.
func countEntries(text []byte) int {
	count := -1
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) > 0 && line[0] != '#' {
			count++
		}
	}
	return count
}

// readCounterRobots reads a COUNTER list of robots, and returns its text too.
func readCounterRobots(file string) (*traffic.CounterRobots, []byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	list, err := traffic.ReadCounterRobots(bytes.NewReader(text), file)
	return list, text, err
}

// listInfo says by which lists the clients, referrers and resources of a build were classified.
func (l *pipeline) listInfo(ctx context.Context) (info [][2]string, err error) {
	lists, err := l.warehouse.Lists(ctx)
	if err != nil {
		return nil, err
	}
	for _, list := range lists {
		text := fmt.Sprintf("%s, %s", list.Digest, plural(list.Entries, "entry", "entries"))
		if !list.Newest.IsZero() {
			text += ", newest change " + list.Newest.Format(time.DateOnly)
		}
		info = append(info, [2]string{"list_" + list.Name, text})
	}
	return info, nil
}
