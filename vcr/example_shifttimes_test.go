package vcr_test

import (
	"encoding/json"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// The cassette says "expires_at": 1795901719, which is long ago some day. In replay the
// client gets an hour from now, and does not log in again and again.
var _ = Describe("A session with the harbour", vcr.Recorded(vcr.ShiftTimes()), func() {
	It("is good for an hour", func() {
		resp, err := vcr.Client().Post("https://harbour.example.com/login", "", nil)
		Expect(err).NotTo(HaveOccurred())
		defer resp.Body.Close()
		var session struct {
			ExpiresAt int64 `json:"expires_at"`
		}
		Expect(json.NewDecoder(resp.Body).Decode(&session)).To(Succeed())
		Expect(time.Unix(session.ExpiresAt, 0)).To(BeTemporally(">", time.Now()))
	})
})

// A recorded token has expired by the time of the replay, unless its instants move.
func ExampleShiftTimes() {
	// ginkgo --focus=harbour
}
