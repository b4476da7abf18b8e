package main

import (
	"database/sql"
	"strings"
	"testing"
)

// A note is published with the dataset it is on, by any of its names; one that cannot be placed is
// said, and stops nothing. A register that cannot be read stops the run before anything is loaded.
func TestContextRegister(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	var name, id string
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		name = queryText(t, db, `select min(name) from dim_dataset where is_live`)
		id = queryText(t, db, `select min(dataset_id) from dim_dataset where name = '`+name+`'`)
	})
	s.write("footfall.yaml", readFile(t, s.path("footfall.yaml"))+"context: notes.csv\n")
	s.write("notes.csv", "dataset,kind,note\n"+strings.ToUpper(name)+",seasonal,in June\n"+id+",seasonal,in July\nnobody-has-this,statutory,\n")
	s.run().wantCode(t, exitAttention).wantErr(t,
		`notes.csv: the catalogue has no dataset "nobody-has-this"`, `notes.csv: dataset "`+id+`" has two notes of the kind seasonal`)
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `select string_agg(dataset_id || ' ' || note_kind || ' ' || note, ', ') from dataset_context`)
		if want := id + " seasonal in June"; got != want {
			t.Errorf("published %q, want %q", got, want)
		}
	})
	s.write("notes.csv", "dataset,kind,note\n"+name+",sesonal,in June\n")
	s.run().wantCode(t, exitUsage).wantErr(t, `context: notes.csv line 2, column kind: "sesonal" is none of statutory, seasonal`)
	s.write("notes.csv", "dataset,kind,note\n")
	s.run().wantCode(t, exitDone)
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		if n := queryText(t, db, `select count(*) from dataset_context`); n != "0" {
			t.Errorf("%s notes are left that the register no longer has", n)
		}
	})
}
