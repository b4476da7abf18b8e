package accesslog

import "context"

// A claim is a file with what it is to the streams known.
type claim struct {
	*file
	of     *stream // the known stream whose lines this file begins with
	base   string  // of the stream that this file replaces with its next generation
	stream string  // what a leader was found to carry
}

// match finds the stream that a file carries. Of the streams whose heads agree with the file's,
// those that share most of it are meant; among them the one whose last lines are in the file.
func (p *planner) match(f *file) (claim, *waiting) {
	var verified, short, differing *stream
	var verifiedShare, shortShare int
	for i := range p.streams {
		s := &p.streams[i]
		shared, ok := f.head.agrees(s.head)
		if !ok {
			continue
		}
		tail, reaches := f.survey.tails[window{s.EndOffset, s.TailLength}]
		switch {
		case !reaches:
			if shared >= shortShare {
				short, shortShare = s, shared
			}
		case tail != s.TailHash:
			if differing == nil || s.Generation > differing.Generation {
				differing = s
			}
		case verified == nil || s.EndOffset > verified.EndOffset:
			verified, verifiedShare = s, shared
		}
	}
	switch {
	case verified != nil && (short == nil || verifiedShare >= shortShare):
		return claim{file: f, of: verified}, nil
	case short != nil:
		return claim{}, &waiting{f, short}
	case differing != nil:
		return claim{file: f, base: streamBase(differing.StreamID)}, nil
	}
	return claim{file: f}, nil
}

// A waiting file is one that ends before the offset its stream was read to.
type waiting struct {
	*file
	of *stream
}

func (p *planner) explainWaiting(ctx context.Context, w waiting) {
	switch {
	case p.carried[w.of.StreamID]:
		p.logger.DebugContext(ctx, "file has less of its stream than another file", "path", w.path)
	case w.survey.isTruncated:
		p.plan.errs = append(p.plan.errs, truncated(w.file))
	default:
		p.logger.WarnContext(ctx, "file is shorter than what was read of its stream: it may be half copied, and nothing is taken from it",
			"path", w.path, "bytes", w.survey.length, "read_bytes", w.of.EndOffset)
	}
}
