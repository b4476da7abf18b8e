package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// shares are how much of the catalogue each kind makes up; the rest is plain.
var shares = []struct {
	kind  Kind
	share float64
}{
	{KindNew, 0.03},
	{KindRecent, 0.003},
	{KindUnborn, 0.0002},
	{KindDeleted, 0.02},
	{KindRenamed, 0.015},
	{KindMoved, 0.01},
	{KindRelinked, 0.015},
	{KindBroken, 0.025},
	{KindFlaky, 0.005},
	{KindNoResources, 0.015},
	{KindDocumentsOnly, 0.03},
	{KindUnlogged, 0.06},
	{KindRedirected, 0.02},
	{KindPartlyLogged, 0.03},
	{KindSeries, 0.003},
	{KindChild, 0.025},
	{KindShared, 0.015},
}

// buildCatalogue invents the datasets: their kinds in random order, then each on its own, then
// what ties two of them together.
func (w *World) buildCatalogue() {
	n := w.options.Datasets
	kinds := make([]Kind, n)
	at := 0
	for _, s := range shares {
		share := s.share
		if s.kind == KindUnlogged && w.options.Unlogged > 0 {
			share = w.options.Unlogged
		}
		count := max(1, int(math.Round(share*float64(n))))
		for range count {
			kinds[at] = s.kind
			at++
		}
	}
	for ; at < n; at++ {
		kinds[at] = KindPlain
	}
	d := newDice(w.options.Seed, forCatalogue, -2)
	d.Shuffle(n, func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })

	w.datasets = make([]dataset, n)
	for i, kind := range kinds {
		d.set(w.options.Seed, forCatalogue, i, 0)
		w.datasets[i] = w.newDataset(d, i, kind)
	}
	w.tieChildren(d)
	w.tieShared(d)

	w.byID = make(map[string]int, n)
	w.byResource = make(map[string]resourceKey, 2*n)
	w.idOrder = make([]int, n)
	for i := range w.datasets {
		w.idOrder[i] = i
		w.byID[w.datasets[i].id] = i
		for j := range w.datasets[i].resources {
			w.byResource[w.datasets[i].resources[j].id] = resourceKey{i, j}
		}
	}
	slices.SortFunc(w.idOrder, func(a, b int) int {
		return strings.Compare(w.datasets[a].id, w.datasets[b].id)
	})
}

func (w *World) newDataset(d dice, number int, kind Kind) dataset {
	s := dataset{
		id: d.uuid(), title: title(number), kind: kind, recordKind: "dataset",
		publisher: d.zipf(w.options.Publishers), parent: -1, sharedWith: -1,
		created: w.start - int64(d.between(30, 8*365))*day - d.Int64N(day),
		deleted: never, renamed: never, moved: never, relinked: never,
		broken: span{never, never}, micros: d.Int64N(1e6),
		touchDays: pick(d, []int64{0, 0, 0, 7, 30, 91, 91, 365}),
		season:    d.Float64(),
	}
	s.name = slug(s.title)
	s.notes = "An invented record about " + strings.ToLower(s.title[:1]) + s.title[1:] + "."
	if d.chance(0.5) {
		s.guid = d.uuid()
	}
	s.rate, s.shape = useRate(d), w.useShape(d)
	// Some who look take nothing; of a few datasets nearly everybody.
	s.pageRate = 1.2*d.ExpFloat64() + min(0.35*s.rate, 200)
	if d.chance(0.03) {
		s.pageRate += d.logUniform(15, 60)
	}
	w.live(d, &s)
	w.place(d, &s)
	for i := range s.resources {
		if s.resources[i].role == dataRole {
			s.data = append(s.data, i)
		}
	}
	return s
}

// useRate draws client-days a quarter: a third hardly any, half up to twenty, and a heavy tail.
func useRate(d dice) float64 {
	switch u := d.Float64(); {
	case u < 0.12:
		return 0
	case u < 0.33:
		return d.Float64()
	case u < 0.80:
		return d.logUniform(1, 20)
	case u < 0.9975:
		return math.Exp(math.Log(14) + 0.9*d.NormFloat64())
	default:
		return d.logUniform(300, 3000)
	}
}

func (w *World) useShape(d dice) Shape {
	if shapes := w.options.Shapes; len(shapes) > 0 {
		return pick(d, shapes)
	}
	switch u := d.Float64(); {
	case u < 0.45:
		return ShapeSteady
	case u < 0.70:
		return ShapeBursts
	case u < 0.80:
		return ShapePolled
	case u < 0.92:
		return ShapeSeasonal
	default:
		return ShapeCampaign
	}
}

// live gives a dataset the moments of its life that its kind asks for.
func (w *World) live(d dice, s *dataset) {
	days := w.options.Days
	// Working hours of a day in the middle of the simulated ones.
	moment := func(from, to float64) int64 {
		number := int(float64(days) * (from + (to-from)*d.Float64()))
		return w.midnight(number) + int64(d.between(8*3600, 17*3600))
	}
	switch s.kind {
	case KindNew:
		s.created = moment(0.03, 0.93)
	case KindRecent:
		s.created = w.midnight(days-d.between(2, min(21, days/2))) + int64(d.between(8*3600, 17*3600))
	case KindUnborn:
		s.created = w.midnight(days) + int64(d.between(60, 3500))
	case KindDeleted:
		s.deleted = moment(0.1, 0.95)
	case KindRenamed:
		s.renamed = moment(0.1, 0.9)
		s.oldName = s.name
		s.name += "-" + pick(d, []string{"2026", "revised", "new-areas", "england", "v2"})
	case KindMoved:
		s.moved = moment(0.1, 0.9)
		s.oldPublisher = s.publisher
		s.publisher = (s.publisher + 1 + d.IntN(w.options.Publishers-1)) % w.options.Publishers
	case KindRelinked:
		s.relinked = moment(0.1, 0.9)
	case KindBroken:
		s.broken = span{moment(-0.2, 0.6), never}
		s.brokenStatus = pick(d, []int{404, 404, 404, 410})
		if d.chance(0.8) {
			s.rate = d.logUniform(4, 60) // somebody has to try it
		}
	case KindFlaky:
		from := moment(0.2, 0.7)
		s.broken = span{from, from + 14*day}
		s.brokenStatus = 503
	}
}

// tieChildren gives each child a series to belong to.
func (w *World) tieChildren(d dice) {
	var series []int
	for i := range w.datasets {
		if w.datasets[i].kind == KindSeries {
			series = append(series, i)
			w.datasets[i].recordKind = "series"
		}
	}
	d.set(w.options.Seed, forCatalogue, -3, 0)
	for i := range w.datasets {
		s := &w.datasets[i]
		if s.guid == "" && (s.kind == KindSeries || s.kind == KindChild) {
			s.guid = d.uuid()
		}
	}
	for i := range w.datasets {
		s := &w.datasets[i]
		if s.kind != KindChild {
			continue
		}
		s.parent = pick(d, series)
		parent := &w.datasets[s.parent]
		s.publisher = parent.publisher
		s.title = fmt.Sprintf("%s, sheet %d", s.title, d.between(1, 99))
		s.rate = min(s.rate, 3*d.Float64())
	}
}

// tieShared lets each shared record repeat the file of another one, and so its use.
func (w *World) tieShared(d dice) {
	d.set(w.options.Seed, forCatalogue, -4, 0)
	var files []int
	for i := range w.datasets {
		s := &w.datasets[i]
		if s.kind == KindPlain && s.resources[0].host == FilesHost && len(s.data) == 1 {
			files = append(files, i)
		}
	}
	for i := range w.datasets {
		s := &w.datasets[i]
		if s.kind != KindShared {
			continue
		}
		if len(files) == 0 {
			s.kind = KindPlain
			continue
		}
		at := d.IntN(len(files))
		s.sharedWith = files[at]
		files = slices.Delete(files, at, at+1)
		other := &w.datasets[s.sharedWith]
		copied := other.resources[0]
		copied.id = s.resources[0].id
		s.resources, s.data = []resource{copied}, []int{0}
		s.rate, s.shape, s.season = other.rate, other.shape, other.season
	}
}
