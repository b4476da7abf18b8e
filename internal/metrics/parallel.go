package metrics

import (
	"context"
	"fmt"
	"slices"
)

// atOnce is how many models are built at a time. The engine works on one with all processors, but
// not in every step of it: a second model fills what the first leaves idle, a third would only
// share the memory with them.
const atOnce = 2

// all builds the models, given in build order, each as soon as those that it reads are built. After
// a failure no other model is begun; the error is the first by build order.
func (b *build) all(ctx context.Context, models []*Model) ([]Built, error) {
	place := make(map[string]int, len(models))
	for i, m := range models {
		place[m.Name] = i
	}
	type outcome struct {
		place int
		built Built
		err   error
	}
	ended := make(chan outcome)
	isStarted, isDone := make([]bool, len(models)), make([]bool, len(models))
	isReady := func(m *Model) bool {
		return !slices.ContainsFunc(m.Reads, func(name string) bool {
			i, isModel := place[name]
			return isModel && !isDone[i]
		})
	}
	built, failed := make([]Built, len(models)), make([]error, len(models))
	for running, isFailed := 0, false; ; {
		for i, m := range models {
			if running == atOnce || isFailed {
				break
			}
			if isStarted[i] || !isReady(m) {
				continue
			}
			isStarted[i] = true
			running++
			go func() {
				one, err := b.model(ctx, m)
				ended <- outcome{i, one, err}
			}()
		}
		if running == 0 {
			break
		}
		one := <-ended
		running--
		isDone[one.place], built[one.place] = true, one.built
		if one.err != nil {
			isFailed = true
			failed[one.place] = fmt.Errorf("model %s: %w", models[one.place].Name, one.err)
		}
	}
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return built, nil
}
