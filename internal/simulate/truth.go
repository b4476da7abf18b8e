package simulate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// The classes of Truth.Class.
const (
	ClassUsed          = "used"           // really used at Options.Threshold a quarter or more
	ClassLittleUsed    = "little_used"    // really used less
	ClassBroken        = "broken"         // its data cannot be had at the end of the last day
	ClassNotMeasurable = "not_measurable" // no log could show its use, or it has no data
)

// The values of Truth.Measurable.
const (
	MeasurableYes    = "yes"    // every host of its data keeps a log
	MeasurablePartly = "partly" // some do, or the portal sees some of those who go on to one that does not
	MeasurableNo     = "no"
)

// Truth is what is really so about one dataset.
type Truth struct {
	DatasetID, Name, Publisher string // as at the end of the last day; publisher's name
	Kind                       Kind
	Shape                      Shape
	Rate                       float64 // client-days a quarter that want its data while it is live, on all hosts
	Class                      string
	Measurable                 string
	TrackingShare, MatomoShare float64   // which part of its client-days each tag sees, on average; 0: none
	From, To                   time.Time // when it is in the catalogue; To is zero if it stays
	Note                       string
}

// IsLive says whether the dataset is in the catalogue at a moment.
func (t Truth) IsLive(at time.Time) bool {
	return !at.Before(t.From) && (t.To.IsZero() || at.Before(t.To))
}

// Truth lists every dataset that ever exists.
func (w *World) Truth() []Truth {
	list := make([]Truth, len(w.datasets))
	end := w.End().Unix()
	for i := range w.datasets {
		s := &w.datasets[i]
		t := Truth{
			DatasetID: s.id, Name: s.nameAt(end), Publisher: w.publishers[s.publisherAt(end)].name,
			Kind: s.kind, Shape: s.shape, Rate: s.rate, From: time.Unix(s.created, 0).UTC(), Note: w.note(s),
		}
		if s.deleted != never {
			t.To = time.Unix(s.deleted, 0).UTC()
		}
		t.Measurable = measurable(s)
		if len(s.data) > 0 {
			t.TrackingShare, t.MatomoShare = w.seenShare(trackingTag, i), w.seenShare(matomoTag, i)
		}
		switch {
		case t.Measurable == MeasurableNo:
			t.Class = ClassNotMeasurable
		case s.broken.holds(end):
			t.Class = ClassBroken
		case s.rate < w.options.Threshold:
			t.Class = ClassLittleUsed
		default:
			t.Class = ClassUsed
		}
		list[i] = t
	}
	return list
}

func measurable(s *dataset) string {
	seen := 0
	for _, i := range s.data {
		if hasLog(s.resources[i].host) {
			seen++
		}
	}
	switch {
	case len(s.data) > 0 && seen == len(s.data):
		return MeasurableYes
	case seen > 0 || s.kind == KindRedirected:
		return MeasurablePartly
	default:
		return MeasurableNo
	}
}

// note says in words what happens to a dataset.
func (w *World) note(s *dataset) string {
	on := func(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02") }
	switch s.kind {
	case KindNew, KindRecent, KindUnborn:
		return "created " + on(s.created)
	case KindDeleted:
		return "deleted " + on(s.deleted)
	case KindRenamed:
		return fmt.Sprintf("named %s until %s", s.oldName, on(s.renamed))
	case KindMoved:
		return fmt.Sprintf("of %s until %s", w.publishers[s.oldPublisher].name, on(s.moved))
	case KindRelinked:
		return "its file got another URL on " + on(s.relinked)
	case KindBroken:
		return fmt.Sprintf("its data answers %d since %s", s.brokenStatus, on(s.broken.from))
	case KindFlaky:
		return fmt.Sprintf("its data answered %d from %s to %s", s.brokenStatus, on(s.broken.from), on(s.broken.to))
	case KindNoResources:
		return "has no resource"
	case KindDocumentsOnly:
		return "has documents and no data"
	case KindUnlogged:
		return "its hosts keep no log"
	case KindRedirected:
		return "its hosts keep no log, but some go there through the portal"
	case KindPartlyLogged:
		return "one of two files is on a host without a log"
	case KindSeries:
		return "a series with children"
	case KindChild:
		return "belongs to the series " + w.datasets[s.parent].name
	case KindShared:
		return "its file is that of " + w.datasets[s.sharedWith].name
	default:
		return ""
	}
}

// WriteTruth writes Truth as CSV with a header line. The file must not exist.
func (w *World) WriteTruth(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	out := csv.NewWriter(f)
	rows := [][]string{{
		"dataset_id", "name", "publisher", "kind", "shape", "rate_per_quarter", "class", "measurable", "tracking_share", "from", "to", "note",
	}}
	for _, t := range w.Truth() {
		to := ""
		if !t.To.IsZero() {
			to = t.To.Format(time.RFC3339)
		}
		rows = append(rows, []string{
			t.DatasetID, t.Name, t.Publisher, string(t.Kind), string(t.Shape), strconv.FormatFloat(t.Rate, 'f', 3, 64),
			t.Class, t.Measurable, strconv.FormatFloat(t.TrackingShare, 'f', 3, 64), t.From.Format(time.RFC3339), to, t.Note,
		})
	}
	return errors.Join(out.WriteAll(rows), f.Close())
}
