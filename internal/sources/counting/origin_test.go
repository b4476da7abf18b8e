package counting

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/traffic"
)

func TestOrigin(t *testing.T) {
	list, err := traffic.ReadReferrers(strings.NewReader("domain,medium,name\ngoogle.*,search,Google\n"), "list")
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]Referral{
		"Google":                        {Medium: "search", Name: "Google"},
		"google":                        {Medium: "search", Name: "Google"},
		"Direct / None":                 {Medium: "direct"},
		"(direct)":                      {Medium: "direct"},
		"":                              {Medium: "direct"},
		"www.example.org":               {Host: "www.example.org"},
		"WWW.Example.org/some/page?q=1": {Host: "www.example.org"},
		"https://www.example.net/a":     {Host: "www.example.net"},
		"android-app://org.example.a":   {Host: "android-app://org.example.a"},
		"192.0.2.7":                     {Host: "ip-address"},
		"spring newsletter":             {Medium: "other", Name: "spring newsletter"},
		"https://intranet/team/a":       {Medium: "other"},
		"intranet/team/a":               {Medium: "other"},
		"intranet:8080":                 {Medium: "other"},
		"(not set)":                     {Medium: "other"},
		"a.person@example.org":          {Medium: "other"},
		"newsletter":                    {Medium: "other", Name: "newsletter"},
	} {
		if diff := cmp.Diff(want, Origin(word, list)); diff != "" {
			t.Errorf("Origin(%q) (-want +got):\n%s", word, diff)
		}
	}
}
