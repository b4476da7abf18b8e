package accesslog

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

const (
	urlSlots      = 1 << 18
	referrerSlots = 1 << 15
	agentSlots    = 1 << 13
)

// texts are the side tables of hits: each text once, or seldom more than once, in a unit.
type texts struct {
	url, agent, referrer, rejected *table
	sent                           *sent
}

func newTexts(mem memory.Allocator, sent *sent) *texts {
	return &texts{
		url: newTable(mem, urlSchema), agent: newTable(mem, agentSchema), referrer: newTable(mem, referrerSchema),
		rejected: newTable(mem, rejectedSchema), sent: sent,
	}
}

// addURL takes a canonical text of host, path and, after a question mark, query.
func (t *texts) addURL(id int64, text []byte, hostLen, pathLen int) {
	if !t.sent.urls.add(id) {
		return
	}
	query := text[hostLen+pathLen:]
	if len(query) > 0 {
		query = query[1:]
	}
	t.url.count(0, id)
	t.url.text(1, text[:hostLen])
	t.url.text(2, text[hostLen:hostLen+pathLen])
	t.url.text(3, query)
	t.url.endRow()
}

func (t *texts) addAgent(id int64, text []byte) {
	if t.sent.agents.add(id) {
		t.agent.count(0, id)
		t.agent.text(1, text)
		t.agent.endRow()
	}
}

func (t *texts) addReferrer(id int64, text []byte, hostLen int) {
	if t.sent.referrers.add(id) {
		t.referrer.count(0, id)
		t.referrer.text(1, text[:hostLen])
		t.referrer.text(2, text[hostLen:])
		t.referrer.endRow()
	}
}

func (t *texts) addRejected(offset, length int64, why reason) {
	t.rejected.count(0, offset)
	t.rejected.count(1, length)
	t.rejected.words(2, string(why))
	t.rejected.endRow()
}

// sideTables are the tables that are filled while hits are read, in the order of take.
var sideTables = [...]struct {
	name   string
	schema *arrow.Schema
}{
	{"raw.url", urlSchema}, {"raw.agent", agentSchema}, {"raw.referrer", referrerSchema}, {"ledger.rejected_line", rejectedSchema},
}

type sideBatches [len(sideTables)][]arrow.RecordBatch

func (t *texts) take() sideBatches {
	return sideBatches{t.url.take(), t.agent.take(), t.referrer.take(), t.rejected.take()}
}

func (t *texts) release() {
	t.url.release()
	t.agent.release()
	t.referrer.release()
	t.rejected.release()
}
