package report_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/report"
)

var update = flag.Bool("update", false, "write the golden files again")

func open(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func read(t *testing.T) (*report.Samples, map[string]string) {
	t.Helper()
	samples := new(report.Samples)
	config, err := samples.Read(open(t, "benchmarks.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return samples, config
}

func TestMedian(t *testing.T) {
	samples, config := read(t)
	for _, c := range []struct {
		key  report.Key
		want float64
	}{
		{report.Key{Workload: "W1", Data: "chat-do", Peer: "ginkgo-vcr", Unit: "sec/op"}, 4400e-9},
		{report.Key{Workload: "W1", Data: "chat-do", Peer: "go-vcr-4.0.6", Unit: "allocs/op"}, 32},
		{report.Key{Workload: "W3", Data: "chats-1000", Peer: "ginkgo-vcr", Unit: "B/s"}, 520.22e6},
		{report.Key{Workload: "W7", Data: "specs-500", Peer: "stub", Unit: "sec/op"}, 131545e-9},
		{report.Key{Workload: "W8", Data: "chats-1000", Peer: "ginkgo-vcr", Unit: "sec/recording"}, 12e-6},
		{report.Key{Workload: "W8", Data: "chats-1000", Peer: "go-vcr-4.0.6", Unit: "sec/stub-sec"}, 64},
		{report.Key{Workload: "W8", Data: "chats-1000", Peer: "go-vcr-4.0.6", Unit: "allocs/recording"}, 1159.854},
	} {
		if got, ok := samples.Median(c.key); !ok || got < c.want*0.999 || got > c.want*1.001 {
			t.Errorf("%v: got %v, want %v", c.key, got, c.want)
		}
	}
	if _, ok := samples.Median(report.Key{Workload: "W4"}); ok {
		t.Error("a median of nothing")
	}
	if config["cpu"] != "Example Processor" {
		t.Errorf("cpu: %q", config["cpu"])
	}
}

func TestValues(t *testing.T) {
	samples, _ := read(t)
	for _, c := range []struct {
		key  report.Key
		want []float64
	}{
		{report.Key{Workload: "W1", Data: "chat-do", Peer: "ginkgo-vcr", Unit: "allocs/op"}, []float64{27, 29, 27}},
		{report.Key{Workload: "W8", Data: "chats-1000", Peer: "ginkgo-vcr", Unit: "allocs/recording"}, []float64{34.114}},
		{report.Key{Workload: "W8", Data: "chats-1000", Peer: "loopback", Unit: "allocs/recording"}, nil},
	} {
		if got := samples.Values(c.key); !slices.Equal(got, c.want) {
			t.Errorf("%v: got %v, want %v", c.key, got, c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	samples, _ := read(t)
	got := samples.Keys("W8", "sec/stub-sec")
	want := []report.Key{
		{Workload: "W8", Data: "chats-1000", Peer: "ginkgo-vcr", Unit: "sec/stub-sec"},
		{Workload: "W8", Data: "chats-1000", Peer: "stub", Unit: "sec/stub-sec"},
		{Workload: "W8", Data: "chats-1000", Peer: "go-vcr-4.0.6", Unit: "sec/stub-sec"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestSkips(t *testing.T) {
	got, err := report.Skips(open(t, "benchmarks.txt"))
	want := []report.Skip{{Benchmark: "W2/data=chats-1000-reverse/peer=go-vcr-4.0.7", Reason: "a pass takes about 14 seconds"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestCosts(t *testing.T) {
	got, err := report.Costs(open(t, "top.txt"), 5)
	want := []report.Cost{{"media.stringEnd", 18.71}, {"runtime.memmove", 7.02}, {"yaml.v3.(*parser).node", 4.09}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestCheck(t *testing.T) {
	samples, _ := read(t)
	var met []string
	for _, target := range report.Targets {
		if o := target.Check(samples); o.Measured != "not measured" {
			met = append(met, strings.Join([]string{o.Workload, o.Limit, o.Measured, o.Met}, "; "))
		}
	}
	want := []string{
		"W1; at most 1.90x; 1.69x; yes",
		"W1; at most 28 allocations; 27 allocations; yes",
		"W3; at least 500 MB/s; 520 MB/s; yes",
		"W3; at least 14.00x; 16.00x; yes",
		"W3; at most 2.20 times the file; 2.30 times the file; no",
		"W5; at most 1.000 ms; 0.179 ms; yes",
		"W7; at most 100 µs more; 72 µs more; yes",
		"W8; at most 6.00x; 6.00x; yes",
		"W8; at most 36 allocations; 34 allocations; yes",
		"W8; at most 14.0 KB; 13.2 KB; yes",
	}
	if !slices.Equal(met, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(met, "\n"), strings.Join(want, "\n"))
	}
}

func TestMarkdown(t *testing.T) {
	samples, config := read(t)
	skips, err := report.Skips(open(t, "benchmarks.txt"))
	if err != nil {
		t.Fatal(err)
	}
	costs, err := report.Costs(open(t, "top.txt"), 5)
	if err != nil {
		t.Fatal(err)
	}
	got := report.Run{
		Facts:   report.Facts{Go: "go1.99", System: "linux/amd64", CPU: config["cpu"], CPUs: 2, Rounds: 3, Benchtime: "50ms", Modules: []string{"example.com/peer v1.0.0"}},
		Samples: samples, Skips: skips,
		Profiles: []report.Profile{{Workload: "W1", Data: "chat-do", Hot: costs, Ours: costs[:1]}},
	}.Markdown()
	const golden = "testdata/benchmarks.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("not as in %s; run go test -update and read the difference", golden)
	}
}
