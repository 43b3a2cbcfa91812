package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// An age is a flag such as 90d, 12w or 36h. The zero value is not set.
type age time.Duration

func (a *age) Set(text string) error {
	unit := time.Duration(0)
	number, isDays := strings.CutSuffix(text, "d")
	if isDays {
		unit = day
	} else if weeks, ok := strings.CutSuffix(text, "w"); ok {
		number, unit = weeks, 7*day
	}
	var d time.Duration
	if unit == 0 {
		parsed, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("not an age such as 90d, 12w or 36h")
		}
		d = parsed
	} else {
		n, err := strconv.Atoi(number)
		if err != nil || n > 100_000 {
			return fmt.Errorf("not an age such as 90d, 12w or 36h")
		}
		d = time.Duration(n) * unit
	}
	if d <= 0 {
		return fmt.Errorf("an age is more than 0")
	}
	*a = age(d)
	return nil
}

// String returns whole days where there are any.
func (a *age) String() string {
	switch d := time.Duration(*a); {
	case d == 0:
		return ""
	case d >= day:
		return strconv.Itoa(int(d/day)) + "d"
	default:
		return d.Truncate(time.Hour).String()
	}
}

func (*age) Type() string { return "age" }

// since returns the age of what was recorded then.
func since(recorded time.Time) age { return age(max(0, time.Since(recorded))) }

// shown is an age as a table has it: 43d, 5h.
func (a age) shown() string {
	if d := time.Duration(a); d < day {
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return a.String()
}

// A size is a flag such as 200KB or 1MB, in bytes. The zero value is not set.
type size int64

var sizeUnits = []struct {
	suffix string
	bytes  int64
}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"B", 1}, {"", 1}}

func (s *size) Set(text string) error {
	upper := strings.ToUpper(text)
	for _, unit := range sizeUnits {
		number, ok := strings.CutSuffix(upper, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(number, 10, 32)
		if err != nil || n <= 0 {
			break
		}
		*s = size(n * unit.bytes)
		return nil
	}
	return fmt.Errorf("not a size such as 200KB or 1MB")
}

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return s.shown()
}

func (*size) Type() string { return "size" }

// shown is a size as a table has it.
func (s size) shown() string {
	switch {
	case s < 1<<10:
		return fmt.Sprintf("%d B", s)
	case s < 1<<20:
		return fmt.Sprintf("%.1f KB", float64(s)/(1<<10))
	default:
		return fmt.Sprintf("%.1f MB", float64(s)/(1<<20))
	}
}
