package budget

import (
	"slices"
	"time"
)

// A rate holds in every minute, whenever it begins: calls may come at once until the
// minute has as many as it may have. So the next one starts a minute after the one that
// is as many calls back.

// turn returns when a call may start, and the rate that says so last.
func (a *account) turn(rates []Rate, now time.Time) (start time.Time, last Rate) {
	start = now
	for _, rate := range rates {
		starts := a.Starts[rate.Host]
		if len(starts) < rate.PerMinute {
			continue
		}
		if free := starts[len(starts)-rate.PerMinute].Add(time.Minute); free.After(start) {
			start, last = free, rate
		}
	}
	return start, last
}

// book notes when a call starts. It forgets what started more than a minute ago.
func (a *account) book(rates []Rate, start, now time.Time) {
	for _, rate := range rates {
		if a.Starts == nil {
			a.Starts = map[string][]time.Time{}
		}
		starts := slices.DeleteFunc(a.Starts[rate.Host], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
		starts = append(starts, start)
		slices.SortFunc(starts, time.Time.Compare) // a call that another rate holds up may start later than this one
		a.Starts[rate.Host] = starts
	}
}

// cancel takes back a start.
func (a *account) cancel(rates []Rate, start time.Time) {
	for _, rate := range rates {
		if n := slices.IndexFunc(a.Starts[rate.Host], start.Equal); n >= 0 {
			a.Starts[rate.Host] = slices.Delete(a.Starts[rate.Host], n, n+1)
		}
	}
}
