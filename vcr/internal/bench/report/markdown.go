package report

import (
	"fmt"
	"strings"
)

// Facts are what the numbers depend on.
type Facts struct {
	Go, System, CPU string
	CPUs, Rounds    int
	Benchtime       string
	Modules         []string // the peers, as path and version
}

// A Run is everything that BENCHMARKS.md is made of.
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
		b.WriteString("\nWhat stands in the way of those that are not met:\n\n" + strings.Join(reasons, ""))
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
