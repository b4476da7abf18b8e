package accesslog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A Place is where a line stands: in a stream, of which a unit was read to its end.
type Place struct {
	Unit           Progress // the unit that the line came with
	Path           string   // of the file at that time
	Offset, Length int64
}

// A Recalled line was found again. Path is the file that it is in now; empty: no file has it any
// more. Text is the line, or its first bytes.
type Recalled struct {
	Path string
	Text []byte
}

// Recall reads lines again, up to most bytes of each, wherever their streams are now: a file may
// have been renamed or compressed since. It looks into the log's files and those at the places'
// own paths. The answers are in the order of the places. The error joins what kept single files
// from being looked into.
//
// The text of a line may hold the address of a person; nothing else here hands it out.
func (s *Source) Recall(ctx context.Context, places []Place, most int64) ([]Recalled, error) {
	found := make([]Recalled, len(places))
	heads := make([]head, len(places))
	patterns := slices.Clone(s.Config.Paths)
	for i, place := range places {
		var err error
		if heads[i], err = parseHead(place.Unit.HeadHashes); err != nil {
			return nil, fmt.Errorf("log %s: ledger: stream %s: %w", s.Config.Name, place.Unit.StreamID, err)
		}
		if _, err := os.Stat(place.Path); err == nil {
			patterns = append(patterns, place.Path)
		}
	}
	paths, errs := findFiles(patterns)
	buffer := make([]byte, bufferSize)
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.recallFrom(ctx, path, places, heads, found, most, buffer); err != nil {
			errs = append(errs, explainFile(path, err))
		}
	}
	return found, errors.Join(errs...)
}

// recallFrom finds the places that are in one file.
func (s *Source) recallFrom(
	ctx context.Context, path string, places []Place, heads []head, found []Recalled, most int64, buffer []byte,
) error {
	f, err := statFile(path)
	if err != nil {
		return err
	}
	text, handle, err := f.open(f.info.Size())
	if err != nil {
		return err
	}
	defer handle.Close()
	if f.head, err = readHead(s.Key, text, f.isPacked(), buffer); err != nil {
		return err
	}
	var windows []window
	var wanted []int // places that may be in the file
	for i, place := range places {
		if _, agrees := f.head.agrees(heads[i]); agrees && found[i].Path == "" {
			windows = append(windows, window{place.Unit.EndOffset, place.Unit.TailLength})
			wanted = append(wanted, i)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	survey, err := f.look(ctx, s.Key, windows)
	if err != nil {
		return err
	}
	wanted = slices.DeleteFunc(wanted, func(i int) bool {
		unit := places[i].Unit
		return survey.tails[window{unit.EndOffset, unit.TailLength}] != unit.TailHash
	})
	slices.SortFunc(wanted, func(a, b int) int { return cmp.Compare(places[a].Offset, places[b].Offset) })
	from := &pieces{text: &watched{ctx, rewind(text, handle, f.info.Size())}, handle: handle, isPacked: f.isPacked()}
	for _, i := range wanted {
		line, err := from.read(places[i].Offset, min(places[i].Length, most))
		if err != nil {
			return err
		}
		found[i] = Recalled{Path: path, Text: line}
	}
	return nil
}

// pieces reads pieces of a file's text, in the order of their offsets.
type pieces struct {
	text     io.Reader
	handle   io.ReaderAt
	isPacked bool
	offset   int64  // of the text's next byte
	last     []byte // what was read last, before offset
}

func (p *pieces) read(offset, length int64) ([]byte, error) {
	if !p.isPacked {
		return readPiece(p.handle, window{offset + length, length})
	}
	if offset < p.offset { // The same line, of two streams that begin alike.
		return p.last, nil
	}
	if _, err := io.CopyN(io.Discard, p.text, offset-p.offset); err != nil {
		return nil, err
	}
	p.last = make([]byte, length)
	n, err := io.ReadFull(p.text, p.last)
	p.offset = offset + int64(n)
	return p.last, err
}
