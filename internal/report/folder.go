package report

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// errNoFolder is a report that is not there yet.
var errNoFolder = errors.New("there is no report in this folder yet: write it first")

// folder is a report as it lies on disk.
type folder struct {
	dir      string
	manifest *Manifest
	final    *Final   // nil: not recorded as final
	files    Files    // those of the manifest, the manifest and the record of a final report
	changed  []string // files that are gone or have another digest than the manifest says
}

// openFolder reads the report in dir; the error is errNoFolder where dir is not there or empty.
func openFolder(dir string) (*folder, error) {
	f, err := readFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", dir, err)
	}
	return f, nil
}

func readFolder(dir string) (*folder, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0:
		return nil, errNoFolder
	case err != nil:
		return nil, err
	}
	root := os.DirFS(dir)
	f := &folder{dir: dir, files: Files{}}
	for _, name := range []string{manifestFile, finalFile} {
		content, err := fs.ReadFile(root, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		f.files[name] = content
	}
	if f.manifest, err = f.files.readManifest(); err != nil {
		return nil, err
	}
	if f.final, err = f.files.readFinal(); err != nil {
		return nil, err
	}
	for _, file := range f.manifest.Files {
		content, err := fs.ReadFile(root, file.Path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			f.files[file.Path] = content
		}
		if err != nil || digest(content) != file.SHA256 {
			f.changed = append(f.changed, file.Path)
		}
	}
	return f, nil
}

// stranger is a file in the folder that the report has not written; empty: there is none.
func (f *folder) stranger() (string, error) {
	found := ""
	err := fs.WalkDir(os.DirFS(f.dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == previousFolder:
			return fs.SkipDir
		case !entry.IsDir() && f.files[name] == nil:
			found = name
			return fs.SkipAll
		}
		return nil
	})
	return found, err
}

// lastPrevious is the newest of the final reports that were kept when the folder's report was revised; nil: there is none.
func (f *folder) lastPrevious() (*folder, error) {
	entries, err := os.ReadDir(filepath.Join(f.dir, previousFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("report %s: %w", f.dir, err)
	}
	var all []*folder
	for _, entry := range entries {
		previous, err := openFolder(filepath.Join(f.dir, previousFolder, entry.Name()))
		if err != nil {
			return nil, err
		}
		if previous.final == nil {
			return nil, fmt.Errorf("report %s: it has no %s, so it is no final report", previous.dir, finalFile)
		}
		all = append(all, previous)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return slices.MaxFunc(all, func(a, b *folder) int {
		return cmp.Or(a.final.RecordedAt.Compare(b.final.RecordedAt), cmp.Compare(len(a.dir), len(b.dir)))
	}), nil
}

// equal says that the folder holds these files and no others.
func (f *folder) equal(files Files) bool {
	if len(f.changed) > 0 || len(f.manifest.Files)+1 != len(files) {
		return false
	}
	for name, content := range files {
		if !bytes.Equal(f.files[name], content) {
			return false
		}
	}
	return true
}

// write puts the files into dir, whole or not at all: they are written beside it and take its place by a change of
// names. What dir holds must be a report of this program's, as it was written. If that is final, it is kept in the
// folder previous, with those that are there already.
func write(dir string, files Files) error {
	old, err := openFolder(dir)
	isNew := errors.Is(err, errNoFolder)
	if err != nil && !isNew {
		return err
	}
	if !isNew {
		if err := old.mayBeReplaced(); err != nil {
			return fmt.Errorf("report %s: %w", dir, err)
		}
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("report %s: %w", dir, err)
	}
	partial, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+".partial-*")
	if err != nil {
		return fmt.Errorf("report %s: %w", dir, err)
	}
	defer os.RemoveAll(partial)
	err = files.writeTo(partial)
	if err == nil && !isNew {
		err = old.keepPrevious(partial)
	}
	if err != nil {
		return fmt.Errorf("report %s: %w", dir, err)
	}
	return swap(dir, partial)
}

// aside is where the folder dir is while another takes its place.
func aside(dir string) string {
	return filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".before")
}

// restore puts back a folder that a run left aside that was killed between its two changes of names.
func restore(dir string) error {
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.Rename(aside(dir), dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("report %s: %w", dir, err)
	}
	return nil
}

// swap puts the folder partial in the place of dir.
func swap(dir, partial string) error {
	before := aside(dir)
	if err := os.RemoveAll(before); err != nil {
		return fmt.Errorf("report %s: %w", dir, err)
	}
	err := os.Rename(dir, before)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("report %s cannot be replaced (name a folder inside it if it is the current one or a mount point): %w", dir, err)
	}
	if err := os.Rename(partial, dir); err != nil {
		return errors.Join(fmt.Errorf("report %s: %w", dir, err), os.Rename(before, dir))
	}
	if err := os.RemoveAll(before); err != nil {
		return fmt.Errorf("report %s is written; the one before it is left: %w", dir, err)
	}
	return nil
}

// mayBeReplaced says why the folder must stay: nothing that somebody else put there is ever deleted.
func (f *folder) mayBeReplaced() error {
	if len(f.changed) > 0 {
		return fmt.Errorf("%s was changed or removed after the report was written: move the folder away, or name another", f.changed[0])
	}
	stranger, err := f.stranger()
	if err == nil && stranger != "" {
		err = fmt.Errorf("%s is no file of the report: move it away, or name another folder", stranger)
	}
	return err
}

// writeTo writes the files into a folder that is there.
func (f Files) writeTo(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Chmod(".", 0o755); err != nil { // MkdirTemp's is its maker's alone
		return err
	}
	for name, content := range f {
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// keepPrevious copies the final reports that the folder has into the folder previous of dir.
func (f *folder) keepPrevious(dir string) error {
	from, to := filepath.Join(f.dir, previousFolder), filepath.Join(dir, previousFolder)
	err := os.CopyFS(to, os.DirFS(from))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if f.final == nil {
		return nil
	}
	day := f.final.RecordedAt.UTC().Format(time.DateOnly)
	kept := filepath.Join(to, day)
	for n := 2; ; n++ {
		if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
			break
		}
		kept = filepath.Join(to, fmt.Sprintf("%s-%d", day, n))
	}
	if err := os.MkdirAll(kept, 0o755); err != nil {
		return err
	}
	return f.files.writeTo(kept)
}

// writeWhole writes a file that appears when it is complete.
func writeWhole(dir, name string, content []byte) error {
	partial := filepath.Join(dir, "."+strings.TrimSuffix(name, path.Ext(name))+".partial")
	err := os.WriteFile(partial, content, 0o644)
	if err == nil {
		err = os.Rename(partial, filepath.Join(dir, name))
	}
	if err != nil {
		_ = os.Remove(partial)
		return fmt.Errorf("report %s: %w", dir, err)
	}
	return nil
}
