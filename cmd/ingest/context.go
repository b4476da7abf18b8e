package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"footfall/internal/traffic"
	"footfall/internal/warehouse"
)

// readNotes reads the context register, if there is one.
func (c *config) readNotes() (notes []traffic.Note, err error) {
	if c.Context == "" {
		return nil, nil
	}
	f, err := os.Open(c.path(c.Context))
	if err != nil {
		return nil, fmt.Errorf("%w: correct the path, or leave the key out", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return traffic.ReadNotes(f, c.Context)
}

// keepNotes puts the context register into the warehouse, for the datasets of the catalogue. A note
// on another is left out and said: its dataset may have gone, or not been synced yet.
func (l *pipeline) keepNotes(ctx context.Context) error {
	datasets, err := l.warehouse.Datasets(ctx)
	if err != nil {
		return err
	}
	ids := map[string]string{}
	know := func(key, id string) {
		if key = strings.ToLower(key); ids[key] == "" {
			ids[key] = id
		}
	}
	// A name in use goes before one that was: CKAN gives a freed name to the next who asks for it.
	for _, isGone := range []bool{false, true} {
		for _, d := range datasets {
			if d.IsGone == isGone {
				know(d.ID, d.ID)
				know(d.Name, d.ID)
			}
		}
	}
	for _, d := range datasets {
		for _, name := range d.OldNames {
			know(name, d.ID)
		}
	}
	var kept []warehouse.Context
	taken := map[[2]string]bool{}
	for _, n := range l.config.notes {
		id := ids[strings.ToLower(n.Dataset)]
		switch {
		case id == "":
			l.attention = append(l.attention, fmt.Sprintf("%s: the catalogue has no dataset %q, by name or id: its note is left out", l.config.Context, n.Dataset))
		case taken[[2]string{id, n.Kind}]:
			l.attention = append(l.attention, fmt.Sprintf("%s: dataset %q has two notes of the kind %s, by two of its names: the later is left out", l.config.Context, n.Dataset, n.Kind))
		default:
			taken[[2]string{id, n.Kind}] = true
			kept = append(kept, warehouse.Context{DatasetID: id, Kind: n.Kind, Note: n.Text})
		}
	}
	return l.warehouse.SetContext(ctx, kept)
}
