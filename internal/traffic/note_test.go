package traffic

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadNotes(t *testing.T) {
	t.Parallel()
	const header = "dataset,kind,note\n"
	for name, c := range map[string]struct {
		text, err string
		want      []Note
	}{
		"good": {
			text: "# what the logs do not tell\n" + header + "tides,statutory,\ntides, seasonal ,\"spring, and autumn\"\n",
			want: []Note{{"tides", "statutory", ""}, {"tides", "seasonal", "spring, and autumn"}},
		},
		"no dataset":     {text: header + ",statutory,\n", err: `context.csv line 2, column dataset: it is empty: write the dataset's name or id`},
		"kind":           {text: header + "tides,law,\n", err: `context.csv line 2, column kind: "law" is none of statutory, seasonal, known_copies, other`},
		"nothing to say": {text: header + "tides,other,\n", err: `context.csv line 2, column note: it is empty: a note of the kind other says what it is about`},
		"two lines":      {text: header + "tides,other,\"a\nb\"\n", err: `context.csv line 2, column note: it has more than one line: write it in one`},
		"twice":          {text: header + "tides,other,a\nTides,other,b\n", err: `context.csv line 3, column dataset: "Tides" has two notes of the kind other: make them one`},
		"columns":        {text: header + "tides,other\n", err: `context.csv line 2: 2 columns, want the 3 of dataset,kind,note`},
		"header":         {text: "name,kind,note\n", err: `context.csv line 1: the header must be dataset,kind,note`},
	} {
		got, err := ReadNotes(strings.NewReader(c.text), "context.csv")
		switch {
		case c.err == "" && err != nil, c.err != "" && (err == nil || err.Error() != c.err):
			t.Errorf("%s: got error %v, want %s", name, err, c.err)
		case c.err == "":
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", name, diff)
			}
		}
	}
}
