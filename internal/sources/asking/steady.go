package asking

import "errors"

// Attempts is how often Steady reads before it gives up.
const Attempts = 3

// Steady reads a list that has several pages, again from its start while read ends with the error
// hasShifted: the list changed meanwhile, and its pages do not fit together. After the last attempt
// it returns what that one did.
func Steady[T any](hasShifted error, read func() (T, error)) (list T, err error) {
	for range Attempts {
		if list, err = read(); !errors.Is(err, hasShifted) {
			break
		}
	}
	return list, err
}
