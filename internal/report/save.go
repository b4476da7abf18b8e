package report

import (
	"errors"
	"fmt"
	"path/filepath"
)

// Saved says what [Save] did.
type Saved struct {
	IsUnchanged bool   // the folder had the report already
	IsFinal     bool   // the folder's report is the final one, and no value differs from it
	Final       *Final // the final report that the new one is compared with; nil: there is none
	Revisions   int    // values that differ from it
	Files       int    // of the report in the folder
}

// Save writes the report into the folder dir, which holds it whole or as it was before; withXLSX adds the workbook.
//
// If a final report of the quarter was recorded (in dir, or in finalDir if it is not empty), what differs is marked and
// listed as revisions in r, and the final report stays in the folder previous. If nothing differs, the final report
// stays where it is. Files that Save did not write are never replaced: it is an error if dir has any.
func Save(r *Report, dir, finalDir string, withXLSX bool) (*Saved, error) {
	dir = filepath.Clean(dir)
	if target, err := filepath.EvalSymlinks(dir); err == nil {
		dir = target // a link stays, what it leads to is replaced
	}
	if err := restore(dir); err != nil {
		return nil, err
	}
	if finalDir != "" {
		finalDir = filepath.Clean(finalDir)
	}
	final, err := base(dir, finalDir)
	if err != nil {
		return nil, err
	}
	saved := new(Saved)
	if final != nil {
		if err := r.reviseAs(final); err != nil {
			return nil, err
		}
		saved.Final, saved.Revisions = final.final, r.revisionCount()
		if final.dir == dir && saved.Revisions == 0 {
			saved.IsUnchanged, saved.IsFinal, saved.Files = true, true, len(final.files)
			return saved, nil
		}
	}
	files, err := Render(r, withXLSX)
	if err != nil {
		return nil, err
	}
	saved.Files = len(files)
	old, err := openFolder(dir)
	if err != nil && !errors.Is(err, errNoFolder) {
		return nil, err
	}
	if err == nil && old.final == nil && old.equal(files) {
		saved.IsUnchanged = true
		return saved, nil
	}
	return saved, write(dir, files)
}

// reviseAs is revise for a final report that is held against r first.
func (r *Report) reviseAs(final *folder) error {
	mine := Manifest{Quarter: r.Quarter, Edition: r.Edition, Publisher: r.PublisherName}
	switch {
	case mine.about() != final.manifest.about():
		return fmt.Errorf("report %s is the %s, and this one is the %s: name a folder for each",
			final.dir, final.manifest.about(), mine.about())
	case len(final.changed) > 0:
		return fmt.Errorf("report %s is final, but %s is not as it was written: put back what was recorded",
			final.dir, final.changed[0])
	}
	return r.revise(final)
}

// revisionCount counts the revisions of r and of its publishers' tables.
func (r *Report) revisionCount() int {
	n := len(r.Revisions)
	for i := range r.Publishers {
		n += len(r.Publishers[i].Report.Revisions)
	}
	return n
}
