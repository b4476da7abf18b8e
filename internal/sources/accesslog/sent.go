package accesslog

import "sync"

// A sent remembers which texts were written, by their ids, and what texts as they stand in lines
// were found to be. It holds for the units of one stream that follow each other: each may assume
// that the ones before it were loaded.
type sent struct {
	urls, agents, referrers sentSet

	targets    idCache // staticURL for static assets; for others the text was written
	userAgents idCache
	links      idCache // referrers
}

func newSent(expectedRows int) *sent {
	return &sent{
		urls: newSentSet(urlSlots, expectedRows), agents: newSentSet(agentSlots, expectedRows),
		referrers: newSentSet(referrerSlots, expectedRows),
		targets:   newIDCache(targetCacheSize, expectedRows), userAgents: newIDCache(agentCacheSize, expectedRows),
		links: newIDCache(referrerCacheSize, expectedRows),
	}
}

// A relay hands what was sent from one unit of a stream to the next one.
type relay struct {
	mutex sync.Mutex
	end   int64 // of the unit that handed it over
	sent  *sent
}

// take is what the unit that ends at start sent, or nothing.
func (r *relay) take(start int64) *sent {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	handed := r.sent
	r.sent = nil
	if r.end != start {
		return nil
	}
	return handed
}

func (r *relay) put(end int64, sent *sent) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.end, r.sent = end, sent
}
