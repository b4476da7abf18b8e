package metrics

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChoose(t *testing.T) {
	// b and c are made from a, d from b and c; e stands alone.
	models := []*Model{
		{Name: "a", Reads: []string{"raw.hit"}},
		{Name: "b", Reads: []string{"a"}},
		{Name: "c", Reads: []string{"a"}},
		{Name: "d", Reads: []string{"b", "c"}},
		{Name: "e"},
	}
	for name, test := range map[string]struct{ patterns, want string }{
		"all":        {"", "a b c d e"},
		"one":        {"b", "b"},
		"downstream": {"b+", "b d"},
		"upstream":   {"+b", "a b"},
		"both":       {"+b+", "a b d"},
		"from above": {"a+", "a b c d"},
		"two":        {"e d", "d e"},
	} {
		t.Run(name, func(t *testing.T) {
			chosen, err := choose(models, strings.Fields(test.patterns))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range chosen {
				got = append(got, m.Name)
			}
			if diff := cmp.Diff(strings.Fields(test.want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if _, err := choose(models, []string{"f+"}); err == nil || !strings.Contains(err.Error(), "no model is called f") {
		t.Errorf("an unknown name: error %v", err)
	}
}
