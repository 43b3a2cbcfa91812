package scenarios_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Specs that make 240 calls to paths below BELOW, and ignore what becomes of them. GUARDS
// holds the limits of the suite, and PATIENCE how long a call may wait.
var _ = scenario("guards", func() {
	vcr.Configure(guards(os.Getenv("GUARDS"))...)
	Describe("guards", vcr.Recorded(guards(os.Getenv("GUARDS_OF_SPECS"))...), func() {
		for n := range 60 {
			It(fmt.Sprint("spec ", n+1), vcr.Live(), func() {
				if os.Getenv("KILLED") == strconv.Itoa(n+1) {
					for _, id := range []int{os.Getppid(), os.Getpid()} { // ginkgo itself would wait for the other
						killed, _ := os.FindProcess(id)
						_ = killed.Kill()
					}
					select {}
				}
				for call := range 4 {
					askPatiently(fmt.Sprintf("/%s%d/%d", os.Getenv("BELOW"), n+1, call+1))
				}
			})
		}
		It("sends with other clients", vcr.Live(), vcr.Recorded(vcr.InterceptLoopback()), func() {
			if os.Getenv("OTHERS") == "" {
				return
			}
			clone := http.DefaultTransport.(*http.Transport).Clone()
			for range 2 {
				for _, client := range []*http.Client{vcr.Client(), http.DefaultClient, {Transport: clone}} {
					if resp, err := client.Get(origin("/")); err == nil {
						_ = resp.Body.Close()
					}
				}
			}
		})
	})
})

func askPatiently(path string) {
	patience, err := time.ParseDuration(os.Getenv("PATIENCE"))
	if err != nil {
		ask(path)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, origin(path), nil)
	if resp, err := vcr.Client().Do(req); err == nil {
		_ = resp.Body.Close()
	}
}

// guards reads words such as "budget:100,0 rate:localhost,60 concurrent:2".
func guards(words string) []vcr.Option {
	var options []vcr.Option
	for word := range strings.FieldsSeq(words) {
		name, value, _ := strings.Cut(word, ":")
		first, second, _ := strings.Cut(value, ",")
		a, _ := strconv.Atoi(first)
		b, _ := strconv.Atoi(second)
		switch name {
		case "budget":
			options = append(options, vcr.LiveBudget(a, b))
		case "rate":
			options = append(options, vcr.RateLimit(first, b))
		case "concurrent":
			options = append(options, vcr.MaxConcurrentCalls(a))
		}
	}
	return options
}
