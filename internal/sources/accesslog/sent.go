package accesslog

import "sync"

// A sent remembers which texts were written, by their ids, and what texts as they stand in lines
// were found to be. A unit begins with one that holds for what is loaded already, or with an empty
// one, and hands it on once its own texts are loaded.
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

// A sentPool has what units that were loaded sent, for those that are read after them. Units that
// are read at the same time cannot count on each other's texts.
type sentPool struct {
	mutex sync.Mutex
	free  []*sent
}

// take is one for a unit of about so many rows. That of a much smaller unit would be too small.
func (p *sentPool) take(expectedRows int) *sent {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for len(p.free) > 0 {
		last := p.free[len(p.free)-1]
		p.free = p.free[:len(p.free)-1]
		if 2*len(last.urls) >= min(urlSlots, expectedRows) {
			return last
		}
	}
	return newSent(expectedRows)
}

func (p *sentPool) put(sent *sent) {
	if sent == nil {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.free = append(p.free, sent)
}
