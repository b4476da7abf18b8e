package accesslog

import (
	"bytes"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/zeebo/xxh3"

	"footfall/internal/traffic"
)

const (
	reasonTooLong reason = "line_too_long"

	droppedComment   reason = "comment"
	droppedNoRequest reason = "no_request" // a connection on which nothing was asked for
	droppedStatic    reason = "static_asset"
	droppedTooLate   reason = "too_late" // its day's hits were deleted
)

// A shaper turns lines into rows. What is absent from a line (no agent, or the format has none)
// has the agent "-", whose text is written like any other; no referrer is the id 0 without a
// text.
type shaper struct {
	parse     parser
	hasHeader bool
	host      []byte
	days      Days
	salts     *Salts
	now       func() time.Time

	hits    *hits
	texts   *texts
	tally   *tally
	clients *clients

	entry         Entry
	target, plain []byte // memory for canonical texts and for texts without escapes
	lastHost      []byte
	lastHostHash  uint64
	day           Day
	salt          salt
	isPruned      bool
	hasDay        bool
}

const (
	agentCacheSize    = 1 << 12
	referrerCacheSize = 1 << 15
	targetCacheSize   = 1 << 17

	staticURL = 0 // no URL has this id
)

var absent = []byte("-")

func newShaper(s *Source, text *text, mem memory.Allocator, expectedRows int, sent *sent) *shaper {
	return &shaper{
		parse: text.parse, hasHeader: text.format.hasHeader, host: []byte(s.Config.host()), days: s.Days, salts: s.Salts, now: s.Now,
		hits: newHits(mem, expectedRows), texts: newTexts(mem, sent), tally: newTally(),
		clients: &clients{
			networks: s.Networks, proxies: s.Config.TrustedProxies, isForwarded: s.Config.ClientAddress == Forwarded,
		},
	}
}

func (s *shaper) release() {
	s.hits.release()
	s.texts.release()
}

// line takes one line. An error is one of the salts' files: what is wrong with the line itself
// is counted.
func (s *shaper) line(line textLine) error {
	s.tally.lines++
	switch {
	case line.isTooLong:
		s.reject(line, reasonTooLong)
		return nil
	case len(bytes.TrimSpace(line.text)) == 0:
		s.tally.blank++
		return nil
	case line.text[0] == '#':
		if s.hasHeader {
			s.parse(line.text, &s.entry)
		}
		s.tally.dropped[droppedComment]++
		return nil
	}
	e := &s.entry
	why := s.parse(line.text, e)
	if e.HasTime {
		s.tally.see(e.At)
	}
	switch {
	case why != "":
		s.reject(line, why)
		return nil
	case e.Target == nil:
		s.tally.dropped[droppedNoRequest]++
		return nil
	}
	if e.IsEscaped {
		s.unescape(e)
	}
	return s.request(e)
}

func (s *shaper) reject(line textLine, why reason) {
	s.tally.reject(line.offset, why)
	s.texts.addRejected(line.offset, line.length, why)
}

// request takes a line on which something was asked for.
func (s *shaper) request(e *Entry) error {
	host := e.Host
	if len(host) == 0 || string(host) == "-" || string(host) == "_" {
		host = s.host
	}
	hash := xxh3.Hash(e.Target) ^ s.hostHash(host)
	url, isKnown := s.texts.sent.targets.find(hash)
	var hostLen, pathLen int
	if !isKnown {
		s.target, hostLen, pathLen = traffic.AppendCanonical(s.target[:0], host, e.Target)
		if traffic.IsStatic(s.target[hostLen : hostLen+pathLen]) {
			s.texts.sent.targets.put(hash, staticURL)
		} else {
			url = traffic.TextID(s.target)
		}
	}
	if url == staticURL {
		s.tally.dropped[droppedStatic]++
		return nil
	}
	if day := dayOfMicros(e.At); day != s.day || !s.hasDay {
		if err := s.setDay(day); err != nil {
			return err
		}
	}
	if s.isPruned {
		s.tally.dropped[droppedTooLate]++
		return nil
	}
	if s.salt.isResalted {
		s.tally.resalted[s.day] = true
	}
	if !isKnown {
		s.texts.addURL(url, s.target, hostLen, pathLen)
		s.texts.sent.targets.put(hash, url)
	}
	row := hit{at: e.At, url: url, method: e.Method, status: e.Status, bytes: e.Bytes}
	row.agent = s.agent(e.Agent)
	row.referrer = s.referrer(e.Referrer)
	class, address := s.clients.find(e)
	row.networkClass = class
	row.client = traffic.ClientKey(&s.salt.key, address, row.agent)
	s.hits.add(&row)
	s.tally.hits++
	return nil
}

// hostHash is computed where the host changes, which is seldom.
func (s *shaper) hostHash(host []byte) uint64 {
	if !bytes.Equal(host, s.lastHost) {
		s.lastHost = append(s.lastHost[:0], host...)
		s.lastHostHash = xxh3.Hash(host)
	}
	return s.lastHostHash
}

func (s *shaper) setDay(day Day) error {
	s.hasDay = false
	s.isPruned = s.days.Pruned[day]
	if !s.isPruned {
		var err error
		if s.salt, err = s.salts.forDay(day, s.days.Loaded[day], s.now()); err != nil {
			return err
		}
		s.tally.hitDays[day] = true // A hit follows.
	}
	s.day, s.hasDay = day, true
	return nil
}

func (s *shaper) agent(raw []byte) int64 {
	if len(raw) == 0 {
		raw = absent
	}
	hash := xxh3.Hash(raw)
	if id, ok := s.texts.sent.userAgents.find(hash); ok {
		return id
	}
	s.plain = traffic.AppendAgent(s.plain[:0], raw)
	if len(s.plain) == 0 {
		s.plain = append(s.plain, '-')
	}
	id := traffic.TextID(s.plain)
	s.texts.addAgent(id, s.plain)
	s.texts.sent.userAgents.put(hash, id)
	return id
}

func (s *shaper) referrer(raw []byte) int64 {
	if len(raw) == 0 || len(raw) == 1 && raw[0] == '-' {
		return 0
	}
	hash := xxh3.Hash(raw)
	if id, ok := s.texts.sent.links.find(hash); ok {
		return id
	}
	text, hostLen := traffic.AppendReferrer(s.plain[:0], raw)
	s.plain = text
	id := traffic.TextID(text)
	if id != 0 {
		s.texts.addReferrer(id, text, hostLen)
	}
	s.texts.sent.links.put(hash, id)
	return id
}

// unescape undoes escapes in the entry's texts, in memory of its own.
func (s *shaper) unescape(e *Entry) {
	for _, text := range [...]*[]byte{&e.Host, &e.Target, &e.Referrer, &e.Agent, &e.Forwarded} {
		if bytes.IndexByte(*text, '\\') >= 0 {
			*text = unescape(make([]byte, 0, len(*text)), *text)
		}
	}
}
