package budget

import (
	"path/filepath"
	"slices"
	"time"
)

var OwnFolder = ownFolder

// AccountOf returns the file of a run.
func AccountOf(run string) string { return filepath.Join(string(folderOf(run)), "account.json") }

// Turns returns when so many calls that come now may start. Those in gives are taken back
// as soon as they came.
func Turns(rates []Rate, now time.Time, calls int, gives []int) []time.Time {
	var a account
	var starts []time.Time
	for n := range calls {
		start, _ := a.turn(rates, now)
		a.book(rates, start, now)
		if slices.Contains(gives, n) {
			a.cancel(rates, start)
		}
		starts = append(starts, start)
	}
	return starts
}
