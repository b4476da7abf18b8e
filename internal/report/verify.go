package report

import (
	"fmt"
	"maps"
	"slices"
)

// Verify builds the report in dir again and says what differs: files on disk that are not as they were written, SQL and
// rows that it is made from, values, and files. It returns nothing if the report is what the published file gives.
//
// The function build makes the report that the manifest says; finalDir is as in [Save].
func Verify(dir, finalDir string, build func(*Manifest) (*Report, error)) ([]string, error) {
	was, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	var findings []string
	add := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	for _, name := range was.changed {
		if was.files[name] == nil {
			add("%s: removed since the report was written", name)
			continue
		}
		add("%s: changed since the report was written", name)
	}
	stranger, err := was.stranger()
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", dir, err)
	}
	if stranger != "" {
		add("%s: no file of the report", stranger)
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
	findings = append(findings, compareInputs(was.manifest, now)...)
	differences, err := compareTables(was.files, files, true)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", dir, err)
	}
	told := map[string]bool{}
	for _, d := range differences {
		told[d.File] = true
		findings = append(findings, d.finding())
	}
	return append(findings, compareFiles(was, files, told)...), nil
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
func compareInputs(was, now *Manifest) []string {
	var findings []string
	add := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	if was.Version != now.Version {
		add("footfall: version %s then, %s now", was.Version, now.Version)
	}
	before, after := was.inputs(), now.inputs()
	for _, name := range slices.Sorted(maps.Keys(before)) {
		x, y := before[name], after[name]
		switch {
		case y.File == "":
			add("%s: read then, not now", name)
			continue
		case x.TextSHA256 != y.TextSHA256:
			add("%s: its text differs", name)
		}
		switch {
		case x.RowCount != y.RowCount:
			add("%s: %d rows then, %d now", name, x.RowCount, y.RowCount)
		case x.RowsSHA256 != y.RowsSHA256:
			add("%s: its rows differ", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name].File == "" {
			add("%s: read now, not then", name)
		}
	}
	return findings
}

// inputs are the inputs by name: their files, with a number where one was read several times, as for each publisher.
func (m *Manifest) inputs() map[string]ManifestInput {
	named := map[string]ManifestInput{}
	times := map[string]int{}
	for _, input := range m.Inputs {
		name := input.File
		if times[name]++; times[name] > 1 {
			name += fmt.Sprintf(" (reading %d)", times[input.File])
		}
		named[name] = input
	}
	return named
}

// compareFiles says which files differ beside the tables that are told already.
func compareFiles(was *folder, now Files, told map[string]bool) []string {
	var findings []string
	names := slices.AppendSeq(slices.Collect(maps.Keys(was.files)), maps.Keys(now))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		switch {
		case name == manifestFile || name == finalFile || told[name]:
		case was.files[name] == nil:
			findings = append(findings, name+": not in the report, but in the one built now")
		case now[name] == nil:
			findings = append(findings, name+": in the report, but not in the one built now")
		case string(was.files[name]) != string(now[name]):
			findings = append(findings, name+": differs from the one built now")
		}
	}
	return findings
}

// finding is the difference in one line.
func (d *Difference) finding() string {
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
