package main

import "context"

// checkCountTools asks each tool that counts one small question: does it answer, may we ask, and
// does it mean the same days.
func checkCountTools(ctx context.Context, f *findings, p process, conf *config) error {
	for _, c := range conf.Counts {
		secret, err := conf.secret(&c)
		if err != nil {
			f.fail("counts: %s: %v", c.Name, err)
			continue
		}
		ask := countKinds()[c.Kind].ask
		if ask == nil {
			continue
		}
		answer, err := ask(ctx, c, secret, p.now)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			f.fail("counts: %s: %v", c.Name, err)
		default:
			f.good("counts: %s: %s", c.Name, answer)
		}
	}
	return nil
}
