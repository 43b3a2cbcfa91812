package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Facts describe the machine and the settings of a run.
type Facts struct {
	Go, System, CPU string
	CPUs, Rounds    int
	Benchtime       string
	Modules         []string // the peers, as path and version
}

// A Run has everything that BENCHMARKS.md shows.
type Run struct {
	Facts    Facts
	Samples  *Samples
	Skips    []Skip
	Profiles []Profile
}

// Markdown returns BENCHMARKS.md.
func (r Run) Markdown() string {
	var b strings.Builder
	b.WriteString(intro)
	r.facts(&b)
	r.targets(&b)
	for _, w := range workloads {
		r.workload(&b, w)
	}
	r.skips(&b)
	b.WriteString(repeating)
	return b.String()
}

const intro = `# Benchmarks

Written by ` + "`go run ./cmd/compare`" + ` in this folder; change that, not this file. All figures are medians of rounds in
which the peers took turns, and ratios are those of medians of one run. What each peer compares, and how it was set up, stands with its
type in the folder peer.

`

const repeating = `## To repeat this

` + "```sh" + `
go run ./cmd/compare                        # all of it, and this file
go run ./cmd/compare -workloads W3 -data chats -rounds 20 -profile=false -out -
go test -run '^$' -bench W1 -count 10 . >w1.txt && benchstat -col /peer w1.txt
go test -modfile go-vcr-4.0.7.mod -run '^$' -bench 'W1/data/peer=go-vcr' .
go test -run '^$' -bench 'W3/data=chats-1000/peer=ginkgo-vcr$' -cpuprofile cpu.prof . && go tool pprof -top cpu.prof
` + "```" + `
`

func (r Run) facts(b *strings.Builder) {
	f := r.Facts
	fmt.Fprintf(b, "%s on %s, %s, %d CPUs. Rounds: %d, of at least %s for each benchmark.\n", f.Go, f.System, f.CPU, f.CPUs, f.Rounds, f.Benchtime)
	fmt.Fprintf(b, "Peers: %s.\n\n", strings.Join(f.Modules, ", "))
}

func (r Run) targets(b *strings.Builder) {
	b.WriteString("## Targets\n\n| workload | what | target | measured | met |\n|---|---|--:|--:|---|\n")
	var reasons []string
	for _, target := range Targets {
		o := target.Check(r.Samples)
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", o.Workload, o.Says, o.Limit, o.Measured, o.Met)
		if o.Met == "no" && target.because != nil {
			reasons = append(reasons, fmt.Sprintf("- %s, %s: %s.\n", o.Workload, o.Says, target.because(r.Samples)))
		}
	}
	if len(reasons) > 0 {
		b.WriteString("\nWhy the others are not met:\n\n" + strings.Join(reasons, ""))
	}
	b.WriteString("\n")
}

func (r Run) workload(b *strings.Builder, w workload) {
	var tables []string
	for _, unit := range w.units {
		if table := r.Samples.table(w.name, unit); table != "" {
			tables = append(tables, table)
		}
	}
	if len(tables) == 0 {
		return
	}
	fmt.Fprintf(b, "## %s: %s\n\n%s\n", w.name, w.title, strings.Join(tables, "\n"))
	for _, profile := range r.Profiles {
		if profile.Workload == w.name {
			profile.write(b)
		}
	}
}

func (p Profile) write(b *strings.Builder) {
	fmt.Fprintf(b, "Where the time of ginkgo-vcr goes, %s:\n\n| function | by itself | function of ours | with what it calls of others |\n|---|--:|---|--:|\n", p.Data)
	for n := range max(len(p.Hot), len(p.Ours)) {
		fmt.Fprintf(b, "| %s | %s |\n", costAt(p.Hot, n), costAt(p.Ours, n))
	}
	b.WriteString("\n")
}

func costAt(costs []Cost, n int) string {
	if n >= len(costs) {
		return " | "
	}
	return fmt.Sprintf("%s | %.0f %%", costs[n].Function, costs[n].Percent)
}

func (r Run) skips(b *strings.Builder) {
	if len(r.Skips) == 0 {
		return
	}
	b.WriteString("## Left out\n\n")
	for _, skip := range r.Skips {
		fmt.Fprintf(b, "- %s: %s\n", skip.Benchmark, skip.Reason)
	}
	b.WriteString("\n")
}

// A workload is a section of the report.
type workload struct {
	name, title string
	units       []string
}

var workloads = []workload{
	{"W1", "one exchange, replayed again and again", []string{"sec/op", "allocs/op"}},
	{"W2", "distinct chats, in order and in reverse", []string{"sec/interaction"}},
	{"W3", "a file, opened", []string{"sec/op", "B/s", allocatedPerByte}},
	{"W4", "recording, and the save at its end", []string{"caller-sec/call", "save-sec/op", "save-B/s"}},
	{"W5", "the first byte of a stream, while it is recorded", []string{"first-byte-sec"}},
	{"W6", "1,000 chats, divided among goroutines", []string{"sec/interaction"}},
	{"W7", "a spec of a Ginkgo suite", []string{"sec/op"}},
	{"W8", "what a user waits for: 1,000 chats opened, each played once, and closed", []string{secPerRecording, timesTheStub, allocsPerRecording, bytesPerRecording}},
	{"W11", "one chat through a captured clone of the default transport", []string{"sec/op", "allocs/op"}},
}

var unitTitles = map[string]string{
	"sec/op":           "Time of one",
	"allocs/op":        "Allocations of one",
	"sec/interaction":  "Time of one interaction",
	"B/s":              "Bytes of the file a second",
	allocatedPerByte:   "Allocated, in times the file",
	"caller-sec/call":  "What one call takes its caller",
	"save-sec/op":      "The save",
	"save-B/s":         "The save, bytes a second",
	"first-byte-sec":   "From the request to the first byte",
	secPerRecording:    "Time of one recording",
	timesTheStub:       "The same, in times of the stub",
	allocsPerRecording: "Allocations of one recording",
	bytesPerRecording:  "Allocated for one recording",
}

// columns is the order of the peers; others follow.
var columns = []string{ours, "ginkgo-vcr-session", stub, held, readfile, readfileUTF8, loopback, "go-vcr-4.0.6", "go-vcr-4.0.7", "httpreplay", yamlV3, "encoding-json"}

// table returns the medians of a workload in one unit, a row for each data, or
// "" when there are none.
func (s *Samples) table(workload, unit string) string {
	var rows, peers []string
	for _, key := range s.Keys(workload, unit) {
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
			if value, ok := s.Median(Key{workload, data, peer, unit}); ok {
				text = Format(value, unit)
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

// Format returns a value with three significant digits, in a unit that is easy to
// read.
func Format(value float64, unit string) string {
	switch {
	case unit == timesTheStub:
		return digits(value) + "x"
	case unit == bytesPerRecording:
		return digits(value/1e3) + " KB"
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
