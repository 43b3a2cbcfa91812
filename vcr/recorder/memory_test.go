package recorder_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A download is large enough that nothing else counts beside it.
const (
	download        = 100 << 20
	downloadChild   = "GINKGO_VCR_DOWNLOAD"
	mostOfADownload = download * 5 / 2
)

// The memory that a process ever had is that of all its tests, so each kind of
// download is recorded in a process of its own.
func TestPeakMemoryOfADownload(t *testing.T) {
	if kind := os.Getenv(downloadChild); kind != "" {
		recordDownload(t, kind)
		return
	}
	if testing.Short() || raceDetector || runtime.GOOS != "linux" {
		t.Skip("needs time, plain memory and Linux")
	}
	for _, kind := range []string{"length", "chunked"} {
		t.Run(kind, func(t *testing.T) {
			child := exec.Command(os.Args[0], "-test.run=^TestPeakMemoryOfADownload$", "-test.v")
			child.Env = append(os.Environ(), downloadChild+"="+kind)
			output, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			_, text, _ := strings.Cut(string(output), "peak ")
			number, _, _ := strings.Cut(text, " ")
			peak, err := strconv.Atoi(number)
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			t.Logf("%.2f times its size", float64(peak)/download)
			if peak > mostOfADownload {
				t.Errorf("recording %d bytes took %d", download, peak)
			}
		})
	}
}

// recordDownload prints the most memory that this process had.
func recordDownload(t *testing.T, kind string) {
	block := make([]byte, 1<<20)
	random := rand.NewChaCha8([32]byte{})
	d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if kind == "length" {
			w.Header().Set("Content-Length", strconv.Itoa(download))
		}
		for range download / len(block) {
			_, _ = random.Read(block)
			_, _ = w.Write(block)
		}
	}))
	s := d.open(recorder.Config{})
	resp := d.start(s)
	if n, err := io.Copy(io.Discard, resp.Body); n != download || err != nil {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	d.end(s, recorder.Passed)
	fmt.Printf("peak %d bytes\n", peakMemory(t))
}

func peakMemory(t *testing.T) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(status), "VmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	kibibytes, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return kibibytes << 10
}
