package counting

import (
	"slices"
	"sync"

	"footfall/internal/traffic"
)

// written are the URLs whose texts a run has loaded, so that the answers after it, which are of
// much the same ones, need not bring them again.
type written struct {
	mutex sync.Mutex
	ids   map[int64]bool
}

// add takes the URLs of a unit that was loaded.
func (w *written) add(urls []traffic.URL) {
	if w == nil {
		return
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, u := range urls {
		w.ids[u.ID()] = true
	}
}

// without leaves those that were not loaded.
func (w *written) without(urls []traffic.URL) []traffic.URL {
	if w == nil {
		return urls
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return slices.DeleteFunc(urls, func(u traffic.URL) bool { return w.ids[u.ID()] })
}
