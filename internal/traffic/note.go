package traffic

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// noteKinds are what a note of the context register can say of a dataset.
var noteKinds = []string{"statutory", "seasonal", "known_copies", "other"}

// A Note is what the operator knows of a dataset and no log tells.
type Note struct {
	Dataset string // name or id
	Kind    string // statutory, seasonal, known_copies or other
	Text    string
}

// ReadNotes reads the context register: a CSV with the header dataset,kind,note. A dataset may
// have one note of each kind: statutory (the law asks for it), seasonal (used at a time of the
// year), known_copies (people use it elsewhere), other. The note is published, and only "other"
// needs one. Errors give name, line, column and what is allowed there.
func ReadNotes(r io.Reader, name string) (notes []Note, err error) {
	seen := map[Note]bool{}
	err = readList(r, name, []string{"dataset", "kind", "note"}, func(row []string) error {
		n := Note{row[0], row[1], row[2]}
		key := Note{Dataset: strings.ToLower(n.Dataset), Kind: n.Kind}
		switch {
		case n.Dataset == "":
			return inColumn("dataset", errors.New("it is empty: write the dataset's name or id"))
		case !slices.Contains(noteKinds, n.Kind):
			return inColumn("kind", fmt.Errorf("%q is none of %s", n.Kind, strings.Join(noteKinds, ", ")))
		case n.Kind == "other" && n.Text == "":
			return inColumn("note", errors.New("it is empty: a note of the kind other says what it is about"))
		case strings.ContainsAny(n.Text, "\r\n"):
			return inColumn("note", errors.New("it has more than one line: write it in one"))
		case seen[key]:
			return inColumn("dataset", fmt.Errorf("%q has two notes of the kind %s: make them one", n.Dataset, n.Kind))
		}
		seen[key] = true
		notes = append(notes, n)
		return nil
	})
	return notes, err
}
