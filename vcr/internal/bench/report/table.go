package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A workload is a section of the report.
type workload struct {
	name, title string
	units       []string
}

// allocatedPerByte is a unit that is computed: what was allocated over the size
// of the file.
const allocatedPerByte = "B/file-B"

var workloads = []workload{
	{"W1", "one exchange, replayed again and again", []string{"sec/op", "allocs/op"}},
	{"W2", "distinct chats, in order and in reverse", []string{"sec/interaction"}},
	{"W3", "a file, opened", []string{"sec/op", "B/s", allocatedPerByte}},
	{"W4", "recording, and the save at its end", []string{"caller-sec/call", "save-sec/op", "save-B/s"}},
	{"W5", "the first byte of a stream, while it is recorded", []string{"first-byte-sec"}},
	{"W6", "1,000 chats, shared out among goroutines", []string{"sec/interaction"}},
	{"W7", "a spec of a Ginkgo suite", []string{"sec/op"}},
}

var unitTitles = map[string]string{
	"sec/op":          "Time of one",
	"allocs/op":       "Allocations of one",
	"sec/interaction": "Time of one interaction",
	"B/s":             "Bytes of the file a second",
	allocatedPerByte:  "Allocated, in times the file",
	"caller-sec/call": "What one call takes its caller",
	"save-sec/op":     "The save",
	"save-B/s":        "The save, bytes a second",
	"first-byte-sec":  "From the request to the first byte",
}

// Columns are in this order; other peers follow.
var columns = []string{ours, "ginkgo-vcr-session", stub, held, readfile, readfileUTF8, loopback, "go-vcr-4.0.6", "go-vcr-4.0.7", "httpreplay", yamlV3, "encoding-json"}

// table returns the medians of a workload in one unit, a row for each data, or
// "" when there are none.
func (s *Samples) table(workload, unit string) string {
	var rows, peers []string
	for _, key := range s.keys {
		if key.Workload != workload {
			continue
		}
		if _, ok := s.cell(workload, key.Data, key.Peer, unit); !ok {
			continue
		}
		if !slices.Contains(rows, key.Data) {
			rows = append(rows, key.Data)
		}
		if !slices.Contains(peers, key.Peer) {
			peers = append(peers, key.Peer)
		}
	}
	if len(rows) == 0 {
		return ""
	}
	slices.SortStableFunc(peers, func(a, b string) int { return cmp.Compare(column(a), column(b)) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n\n| data | %s |\n|---|%s\n", unitTitles[unit], strings.Join(peers, " | "), strings.Repeat("--:|", len(peers)))
	for _, data := range rows {
		fmt.Fprintf(&b, "| %s |", data)
		for _, peer := range peers {
			text := "–"
			if value, ok := s.cell(workload, data, peer, unit); ok {
				text = format(value, unit)
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func column(peer string) int {
	if at := slices.Index(columns, peer); at >= 0 {
		return at
	}
	return len(columns)
}

func (s *Samples) cell(workload, data, peer, unit string) (float64, bool) {
	if unit == allocatedPerByte {
		return ratio(Key{workload, data, peer, "B/op"}, Key{workload, data, peer, "file-B"})(s)
	}
	return s.Median(Key{workload, data, peer, unit})
}

// format writes a value with three digits that count.
func format(value float64, unit string) string {
	switch {
	case strings.HasSuffix(unit, "B/s"):
		return digits(value/1e6) + " MB/s"
	case !strings.Contains(unit, "sec"):
		return digits(value)
	case value < 1e-6:
		return digits(value*1e9) + " ns"
	case value < 1e-3:
		return digits(value*1e6) + " µs"
	case value < 1:
		return digits(value*1e3) + " ms"
	default:
		return digits(value) + " s"
	}
}

func digits(value float64) string {
	switch {
	case value >= 100 || value == float64(int64(value)):
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	default:
		return fmt.Sprintf("%.2f", value)
	}
}
