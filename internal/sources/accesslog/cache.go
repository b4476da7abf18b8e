package accesslog

import "slices"

// Both caches here are of a fixed size, since a log has no bound on its different texts. They
// keep ways entries for each place, the latest first, in one line of the processor's cache: with
// one entry, two frequent texts that meet in a place would push each other out for ever.
const ways = 4

// A sentSet remembers ids whose texts were written for this unit. An id that was pushed out is
// written again, and staging keeps one.
type sentSet []int64

func newSentSet(most, expected int) sentSet {
	return make(sentSet, max(1, min(most, expected)/ways)*ways)
}

// add says whether the id is news. The id 0, of no text, never is.
func (s sentSet) add(id int64) bool {
	place := s[uint64(id)%uint64(len(s)/ways)*ways:][:ways]
	if slices.Contains(place, id) {
		return false
	}
	copy(place[1:], place)
	place[0] = id
	return true
}

// An idCache spares making a text canonical that came before. It goes by the hash of the text as
// it stands in the line.
type idCache []cached

type cached struct {
	hash uint64
	id   int64
}

func newIDCache(most, expected int) idCache {
	return make(idCache, max(1, min(most, expected)/ways)*ways)
}

func (c idCache) find(hash uint64) (id int64, ok bool) {
	for _, known := range c.place(hash) {
		if known.hash == hash {
			return known.id, true
		}
	}
	return 0, false
}

func (c idCache) put(hash uint64, id int64) {
	place := c.place(hash)
	copy(place[1:], place)
	place[0] = cached{hash, id}
}

func (c idCache) place(hash uint64) []cached {
	return c[hash%uint64(len(c)/ways)*ways:][:ways]
}
