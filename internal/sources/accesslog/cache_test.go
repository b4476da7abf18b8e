package accesslog

import "testing"

func TestSentSet(t *testing.T) {
	s := newSentSet(64, 1<<20)
	for round := range 10 {
		for _, id := range []int64{1, 17, 33, 49} { // All of one place.
			if isNew := s.add(id); isNew != (round == 0) {
				t.Errorf("round %d: id %d is news: %t", round, id, isNew)
			}
		}
	}
	if s.add(0) {
		t.Error("no text is news")
	}
	for id := range int64(1000) {
		s.add(id + 100)
	}
	if !s.add(1) {
		t.Error("an id is remembered for ever: the set cannot be of a fixed size")
	}
}

func TestIDCache(t *testing.T) {
	c := newIDCache(64, 10)
	for _, hash := range []uint64{2, 18, 34, 50} {
		c.put(hash, int64(hash)+7)
	}
	if id, ok := c.find(18); len(c) != 8 || !ok && id != 0 || ok && id != 25 {
		t.Errorf("found %d, %t in %d slots", id, ok, len(c))
	}
	for _, hash := range []uint64{2, 34, 50} {
		if id, ok := c.find(hash); ok && id != int64(hash)+7 {
			t.Errorf("hash %d has the id %d", hash, id)
		}
	}
	if id, ok := c.find(3); ok {
		t.Errorf("a hash nobody put is found: %d", id)
	}
}
