package accesslog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
)

// A planner finds out which file carries which stream, and from where it is to be read. It looks
// at all files of the log before anything is read, since two files may hold the same lines: a
// file and its copy, or a file and the archive being made of it.
type planner struct {
	log           string
	spool         string // of standard input
	key           StreamKey
	takeTruncated bool
	streams       []stream
	seen          map[string]FileSeen // by path
	seenInode     map[int64]FileSeen
	logger        *slog.Logger
	buffer        []byte

	generation map[string]int64 // the highest of each base
	carried    map[string]bool  // known streams that some file has all known lines of
	plan       plan
}

// A plan is what there is to read, and what could not be looked at.
type plan struct {
	tasks []task
	seen  []FileSeen // files that bring nothing new
	errs  []error
}

// A task is a file to be read from an offset on.
type task struct {
	file       *file
	stream     string
	generation int64
	start      int64
	tailHash   string // of the tailLength bytes before start; empty at the stream's start
	tailLength int64
}

// A stream is one that the ledger knows.
type stream struct {
	Progress
	head head
}

func (p *planner) run(ctx context.Context, patterns []string) plan {
	paths, errs := findFiles(patterns)
	p.plan.errs = errs
	if p.spool != "" {
		paths = append(paths, p.spool)
	}
	var files []*file
	for _, path := range paths {
		if ctx.Err() != nil {
			return p.plan
		}
		f, err := p.inspect(path)
		if err != nil {
			p.plan.errs = append(p.plan.errs, explainFile(path, err))
		} else if f != nil {
			files = append(files, f)
		}
	}
	files = slices.DeleteFunc(files, func(f *file) bool {
		err := p.survey(ctx, f, files)
		if err != nil {
			p.plan.errs = append(p.plan.errs, explainFile(f.path, err))
		}
		return err != nil
	})
	p.assign(ctx, files)
	slices.SortStableFunc(p.plan.tasks, func(a, b task) int {
		return cmp.Or(a.file.info.ModTime().Compare(b.file.info.ModTime()), cmp.Compare(a.file.path, b.file.path))
	})
	return p.plan
}

// inspect reads a file's head. It returns nothing if the file is known to have nothing new, or
// has no complete line yet.
func (p *planner) inspect(path string) (*file, error) {
	f, err := statFile(path)
	if err != nil {
		return nil, err
	}
	if path == p.spool {
		f.path = stdinName
	}
	if seen, ok := p.seen[f.path]; ok && p.isUnchanged(f, seen) {
		p.skip(f, seen)
		return nil, nil // nothing to read, and nothing wrong
	}
	text, handle, err := f.open(f.info.Size())
	if err != nil {
		return nil, err
	}
	defer handle.Close()
	if f.info, err = handle.Stat(); err != nil { // Of what was opened, should it be another file by now.
		return nil, err
	}
	f.head, err = readHead(p.key, text, f.isPacked(), p.buffer)
	if err != nil || len(f.head) == 0 {
		return nil, err
	}
	if seen, ok := p.seenInode[inodeOf(f.info)]; ok && path != p.spool && p.isUnchanged(f, seen) {
		for _, s := range p.streams {
			if _, agrees := f.head.agrees(s.head); agrees && s.StreamID == seen.StreamID {
				p.skip(f, seen) // It was renamed.
				return nil, nil // nothing to read, and nothing wrong
			}
		}
	}
	return f, nil
}

func (p *planner) isUnchanged(f *file, seen FileSeen) bool {
	now := f.seen(seen.StreamID, seen.EndOffset)
	now.Path = seen.Path
	return now == seen && slices.ContainsFunc(p.streams, func(s stream) bool {
		return s.StreamID == seen.StreamID && s.EndOffset >= seen.EndOffset
	})
}

func (p *planner) skip(f *file, seen FileSeen) {
	p.carried[seen.StreamID] = true
	p.plan.seen = append(p.plan.seen, f.seen(seen.StreamID, seen.EndOffset))
}

// survey looks at the whole of a file if its stream is known or another file has its head.
func (p *planner) survey(ctx context.Context, f *file, files []*file) (err error) {
	var windows []window
	for _, s := range p.streams {
		if _, ok := f.head.agrees(s.head); ok {
			windows = append(windows, window{s.EndOffset, s.TailLength})
		}
	}
	isShared := slices.ContainsFunc(files, func(other *file) bool {
		_, ok := f.head.agrees(other.head)
		return ok && other != f
	})
	if !f.isPacked() || len(windows) > 0 || isShared {
		f.survey, err = f.look(ctx, p.key, windows)
	}
	return err
}

// assign decides for each file what it is, and makes the tasks.
func (p *planner) assign(ctx context.Context, files []*file) {
	byStream := map[string][]claim{}
	var waiting []waiting
	for _, f := range files {
		c, wait := p.match(f)
		if wait != nil {
			waiting = append(waiting, *wait)
			continue
		}
		id := "" // A stream of its own.
		if c.of != nil {
			id = c.of.StreamID
		}
		byStream[id] = append(byStream[id], c)
	}
	ids := make([]string, 0, len(byStream))
	for id := range byStream {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		p.lead(ctx, id != "", byStream[id])
	}
	for _, w := range waiting {
		p.explainWaiting(ctx, w)
	}
}

// lead picks from files of one known stream, or of none, those that are read. A file whose text
// another one begins with adds nothing. The longest carries on the stream; others with the same
// start and another text are streams of their own.
func (p *planner) lead(ctx context.Context, isKnown bool, claims []claim) {
	slices.SortStableFunc(claims, func(a, b claim) int {
		return cmp.Or(
			cmp.Compare(b.survey.length, a.survey.length),
			cmpBool(a.isPacked(), b.isPacked()),
			cmp.Compare(a.path, b.path),
		)
	})
	var leaders, broken []claim
	for _, c := range claims {
		if c.survey.isTruncated && !p.takeTruncated {
			broken = append(broken, c)
			continue
		}
		if leader := p.leaderOf(ctx, leaders, c); leader != nil {
			p.plan.seen = append(p.plan.seen, c.seen(leader.stream, c.survey.length))
			continue
		}
		if isKnown && len(leaders) == 0 {
			c.stream = p.carryOn(c)
		} else {
			c.stream = p.begin(ctx, c)
		}
		leaders = append(leaders, c)
	}
	for _, c := range broken {
		if p.leaderOf(ctx, leaders, c) == nil {
			p.plan.errs = append(p.plan.errs, truncated(c.file))
		}
	}
}

// leaderOf finds the leader whose text begins with the claim's.
func (p *planner) leaderOf(ctx context.Context, leaders []claim, c claim) *claim {
	for i := range leaders {
		if _, ok := c.head.agrees(leaders[i].head); !ok {
			continue
		}
		end := []window{{c.survey.length, min(c.survey.length, tailSize)}}
		mine, err := c.look(ctx, p.key, end)
		if err != nil {
			continue
		}
		theirs, err := leaders[i].look(ctx, p.key, end)
		if err == nil && mine.tails[end[0]] == theirs.tails[end[0]] && mine.tails[end[0]] != "" {
			return &leaders[i]
		}
	}
	return nil
}

// carryOn makes the task for a known stream, if it has grown.
func (p *planner) carryOn(c claim) (streamID string) {
	known := c.of
	p.carried[known.StreamID] = true
	if c.survey.length <= known.EndOffset {
		p.plan.seen = append(p.plan.seen, c.seen(known.StreamID, known.EndOffset))
		return known.StreamID
	}
	p.plan.tasks = append(p.plan.tasks, task{
		file: c.file, stream: known.StreamID, generation: known.Generation,
		start: known.EndOffset, tailHash: known.TailHash, tailLength: known.TailLength,
	})
	return known.StreamID
}

// begin makes the task for a stream that is read from its start: a new one, or the next
// generation of one that was replaced.
func (p *planner) begin(ctx context.Context, c claim) (id string) {
	base := c.base
	if base == "" {
		base = newBase(p.log, c.head)
	}
	p.generation[base]++
	if c.base != "" {
		p.logger.WarnContext(ctx, "file begins as before but goes on differently: it is read from its start",
			"path", c.path, "generation", p.generation[base])
	}
	id = streamID(base, p.generation[base])
	p.plan.tasks = append(p.plan.tasks, task{file: c.file, stream: id, generation: p.generation[base]})
	return id
}

func truncated(f *file) error {
	return fmt.Errorf("%s: %w after %d bytes of whole lines: it is read once it is complete, or as it is with --accept-truncated",
		f.path, errTruncated, f.survey.length)
}

// explainFile adds what to do to an error of the file system.
func explainFile(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: let the user who runs this read it", err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s vanished while it was looked at: run again: %w", path, err)
	}
	return err
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
