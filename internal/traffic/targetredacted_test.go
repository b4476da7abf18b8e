package traffic

import "testing"

// A tag manager's filter takes a run of digits in an id for a date.
func TestTargetsRedacted(t *testing.T) {
	t.Parallel()
	var s shelf
	s.put(t, Dataset{ID: "11111111-aaaa-4000-8000-201402281762", Name: "otters"})
	s.put(t, Dataset{ID: "11111111-aaaa-4000-8000-201403311762", Name: "badgers"})
	s.put(t, Dataset{ID: "11111111-bbbb-4000-8000-20140331a762", Name: "spending-2014-03-31"})
	s.put(t, Dataset{ID: "11111111-cccc-4000-8000-00000000000a", Name: "roads-20140331"})
	s.put(t, Dataset{ID: "11111111-dddd-4000-8000-00000000000a", Name: "roads-20140430"})
	s.put(t, Dataset{ID: "11111111-eeee-2014-0331-00000000000a", Name: "walls"})
	s.put(t, Dataset{ID: "11111111-ffff-4000-8000-00000000000a", Name: "20150101-a"})
	s.resources = append(s.resources,
		Resource{ID: "22222222-aaaa-4000-8000-201501011111", DatasetID: "11111111-aaaa-4000-8000-201402281762"},
		Resource{ID: "20150101-aaaa-4000-8000-201501012222", DatasetID: "11111111-aaaa-4000-8000-201403311762"})
	s.check(t, TargetRules{Portals: []Portal{{Hosts: []string{"data.example.org"}}}}, map[string]string{
		"data.example.org/dataset/11111111-bbbb-4000-8000-[date]a762/slug": "11111111-bbbb-4000-8000-20140331a762/ investigation redacted_id",
		"data.example.org/dataset/11111111-BBBB-4000-8000-[date]a762":      "11111111-bbbb-4000-8000-20140331a762/ investigation redacted_id",
		"data.example.org/dataset/11111111-eeee-[date]-00000000000a":       "11111111-eeee-2014-0331-00000000000a/ investigation redacted_id",
		"data.example.org/dataset/spending-[date]":                         "11111111-bbbb-4000-8000-20140331a762/ investigation redacted_id",
		"data.example.org/cy/dataset/spending-[date]":                      "11111111-bbbb-4000-8000-20140331a762/ investigation redacted_id",
		// Of two that fit the name beside it tells which; without it nothing does.
		"data.example.org/dataset/11111111-aaaa-4000-8000-[date]1762/badgers":    "11111111-aaaa-4000-8000-201403311762/ investigation redacted_id",
		"data.example.org/dataset/11111111-aaaa-4000-8000-[date]1762/some-title": "/ ambiguous redacted_id",
		"data.example.org/dataset/roads-[date]":                                  "/ ambiguous redacted_id",
		// A resource's id tells its dataset, whichever of the two is redacted.
		"data.example.org/dataset/11111111-aaaa-4000-8000-[date]1762/resource/22222222-aaaa-4000-8000-[date]1111/download/f.csv": "11111111-aaaa-4000-8000-201402281762/22222222-aaaa-4000-8000-201501011111 request redacted_id",
		"data.example.org/datafile/[date]-aaaa-4000-8000-[date]2222/preview":                                                     "11111111-aaaa-4000-8000-201403311762/20150101-aaaa-4000-8000-201501012222 investigation redacted_id",
		"data.example.org/dataset/walls/resource/99999999-aaaa-4000-8000-[date]1111":                                             "11111111-eeee-2014-0331-00000000000a/ investigation resource_page",
		// Nothing fits, or too little is left, or the host is another's.
		"data.example.org/dataset/99999999-aaaa-4000-8000-[date]1762": "",
		"data.example.org/dataset/[date]-a":                           "",
		"data.example.org/dataset/11111111-bbbb-4000-8000-[date]b762": "",
		"www.example.net/dataset/spending-[date]":                     "",
	})
}
