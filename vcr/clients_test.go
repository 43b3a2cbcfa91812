package vcr_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
)

var _ = Describe("Where requests come from", func() {
	It("does not matter for a client of ours", func() {
		w := newWorld()
		w.records("clients", 14, rack{
			"clients/first.yaml":  slices.Repeat([]string{"GET /first"}, 7),
			"clients/second.yaml": slices.Repeat([]string{"GET /second"}, 7),
		})
		w.replays("clients")
		w.replays("clients", "--focus=second")
	})

	It("may be the default transport", func() {
		w := newWorld()
		w.records("default transport", 4, rack{
			"default_transport/is_captured.yaml": {"GET /get", "GET /client", "GET /own_client", "GET /early"},
		})
		w.replays("default transport")
	})

	It("does not matter for connections from before that are closed", func() {
		newWorld().records("parting", 0, rack{})
	})

	It("may lie outside of what is recorded", func() {
		w := newWorld()
		tapes := rack{
			"past/without_interception.yaml":  {"GET /taped"},
			"past/to_a_loopback_address.yaml": {"GET /taped"},
		}
		w.records("past the recording", 7, tapes)
		w.records("past the recording", 5, tapes, "CI=true")
	})

	It("does not matter for what sends them", func() {
		w := newWorld()
		w.records("base", 5, rack{
			"base/of_the_user.yaml":              {"GET /own"},
			"base/is_the_default_transport.yaml": {"GET /default", "GET /default"},
			"base/is_a_clone_of_it.yaml":         {"GET /clone", "GET /clone"},
		})
		w.replays("base")
	})
})
