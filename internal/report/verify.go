package report

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
)

// Verified says what [Verify] found.
type Verified struct {
	Findings []string // a line each; none if the report is what the published file gives
	// Latest counts values that differ and that tell of the last day of the published file (see [Column]): they may be
	// others every day, and with them the words, pages and spreadsheets.
	Latest int
}

// Verify builds the report in dir again and says what differs: files on disk that are not as they were written, SQL and
// rows that it is made from, values, and files.
//
// The function build makes the report that the manifest says; finalDir is as in [Save].
func Verify(dir, finalDir string, build func(*Manifest) (*Report, error)) (*Verified, error) {
	was, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	v := new(Verified)
	for _, name := range was.changed {
		if was.files[name] == nil {
			v.add("%s: removed since the report was written", name)
			continue
		}
		v.add("%s: changed since the report was written", name)
	}
	stranger, err := was.stranger()
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", dir, err)
	}
	if stranger != "" {
		v.add("%s: no file of the report", stranger)
	}
	r, err := build(was.manifest)
	if err != nil {
		return nil, err
	}
	if was.manifest.Revises != "" {
		if err := was.reviseAgain(r, finalDir); err != nil {
			return nil, err
		}
	}
	files, err := Render(r, was.manifest.HasXLSX())
	if err != nil {
		return nil, err
	}
	now, err := files.readManifest()
	if err != nil {
		return nil, fmt.Errorf("report %s, built again: %w", dir, err)
	}
	v.compareInputs(was.manifest, now)
	differences, err := compareTables(was.files, files, true)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", dir, err)
	}
	told := map[string]bool{}
	for _, d := range differences {
		told[d.File] = true
		if r.isLatest(&d) {
			v.Latest++
			continue
		}
		v.add("%s", d.line())
	}
	v.compareFiles(was, files, told)
	return v, nil
}

func (v *Verified) add(format string, args ...any) {
	v.Findings = append(v.Findings, fmt.Sprintf(format, args...))
}

// reviseAgain compares r with the final report that the folder's own report was compared with.
func (f *folder) reviseAgain(r *Report, finalDir string) error {
	final, err := f.lastPrevious()
	if finalDir != "" {
		final, err = base(f.dir, finalDir)
	}
	if err != nil {
		return err
	}
	if final == nil {
		return fmt.Errorf("report %s revises the final report of %s, which is not in its folder %s: name its folder with --final",
			f.dir, f.manifest.Revises, previousFolder)
	}
	return r.reviseAs(final)
}

// compareInputs says which SQL files, rows and program the reports are made from differ.
func (v *Verified) compareInputs(was, now *Manifest) {
	if was.Version != now.Version {
		v.add("footfall: version %s then, %s now", was.Version, now.Version)
	}
	before, after := was.inputs(), now.inputs()
	for _, name := range slices.Sorted(maps.Keys(before)) {
		x, y := before[name], after[name]
		switch {
		case y.File == "":
			v.add("%s: read then, not now", name)
			continue
		case x.TextSHA256 != y.TextSHA256:
			v.add("%s: its text differs", name)
		}
		switch {
		case x.RowCount != y.RowCount:
			v.add("%s: %d rows then, %d now", name, x.RowCount, y.RowCount)
		case x.RowsSHA256 != y.RowsSHA256:
			v.add("%s: its rows differ", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name].File == "" {
			v.add("%s: read now, not then", name)
		}
	}
}

// inputs are the inputs by their files.
func (m *Manifest) inputs() map[string]ManifestInput {
	named := map[string]ManifestInput{}
	for _, input := range m.Inputs {
		named[input.File] = input
	}
	return named
}

// compareFiles says which files differ beside the tables that are told already. Those that show values of the last day
// are as these are.
func (v *Verified) compareFiles(was *folder, now Files, told map[string]bool) {
	names := slices.AppendSeq(slices.Collect(maps.Keys(was.files)), maps.Keys(now))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		isShown := slices.Contains([]string{".html", ".ods", ".xlsx"}, path.Ext(name))
		switch {
		case name == manifestFile || name == finalFile || told[name]:
		case was.files[name] == nil:
			v.add("%s: not in the report, but in the one built now", name)
		case now[name] == nil:
			v.add("%s: in the report, but not in the one built now", name)
		case v.Latest > 0 && isShown:
		case !bytes.Equal(was.files[name], now[name]):
			v.add("%s: differs from the one built now", name)
		}
	}
}

// line is the difference in one line.
func (d *Difference) line() string {
	text := d.File
	if d.Row != "" {
		text += ": " + d.Row
	}
	if d.Column != "" {
		text += ": column " + d.Column
	}
	return fmt.Sprintf("%s: %s then, %s now", text, quoted(d.Before), quoted(d.After))
}

// quoted makes a text that is empty or ends somewhere visible.
func quoted(s string) string {
	if s == there || s == notThere {
		return s
	}
	return fmt.Sprintf("%q", s)
}
