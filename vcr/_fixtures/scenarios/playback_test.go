package scenarios_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("playback", func() {
	Describe("playback", vcr.Recorded(vcr.InstantRetries(), vcr.BodyLimit(64), vcr.Pace(1000)), func() {
		It("of a service that is busy", func() {
			resp, err := vcr.Client().Get(origin("/busy"))
			Expect(err).NotTo(HaveOccurred())
			Expect(body(resp)).To(Equal("busy"))
			if len(vcr.Current().Snapshot().Replayed) > 0 {
				Expect(resp.Header).To(And(HaveKeyWithValue("Retry-After", []string{"0"}), HaveKeyWithValue("Retry-After-Ms", []string{"0"})))
			}
			Expect(resp.StatusCode).To(Equal(http.StatusTooManyRequests))
		})

		It("of a body that lies beside the cassette", func() {
			Expect(get(vcr.Client(), "/large")).To(Equal(strings.Repeat("large ", 100)))
		})

		It("of a login", vcr.Recorded(vcr.ShiftTimes()), func() {
			resp, err := vcr.Client().Get(origin("/login"))
			Expect(err).NotTo(HaveOccurred())
			var token struct {
				ExpiresAt int64 `json:"expires_at"`
			}
			Expect(json.Unmarshal([]byte(body(resp)), &token)).To(Succeed())
			Expect(time.Unix(token.ExpiresAt, 0)).To(BeTemporally("~", time.Now().Add(time.Hour), time.Minute))
			Expect(get(vcr.Client(), "/until?expires_at="+strconv.FormatInt(token.ExpiresAt, 10))).To(Equal("good"))
		})

		It("of a stream", func() {
			resp, err := vcr.Client().Get(origin("/stream"))
			Expect(err).NotTo(HaveOccurred())
			defer resp.Body.Close()
			for _, event := range []string{"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"} {
				buffer := make([]byte, 100)
				n, err := resp.Body.Read(buffer)
				Expect(err).NotTo(HaveOccurred())
				Expect(string(buffer[:n])).To(Equal(event))
				_ = get(vcr.Client(), "/next") // the origin waits for it
			}
		})
	})
})
