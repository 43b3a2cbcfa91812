package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A table", func() {
	It("has a cassette for each entry", func() {
		w := newWorld()
		w.records("tables", 11, rack{
			"table/with_a_text.yaml":           {"GET /text"},
			"table/entry_nil.yaml":             {"GET /nil"},
			"table/made_of_function.yaml":      {"GET /function"},
			"table/named.yaml":                 {"GET /named"},
			"table/in_a_list.yaml":             {"GET /list"},
			"entries/decorated.yaml":           {"GET /decorated"},
			"entries/decorated_in_a_list.yaml": {"GET /decorated_too"},
			"subtree/left/asks.yaml":           {"GET /before/left", "GET /left"},
			"subtree/names/right/asks.yaml":    {"GET /before/right", "GET /right"},
		})
		w.replays("tables")
		w.replays("tables", "--procs=2")
		Expect(w.replays("tables", "--focus=made of").output).NotTo(ContainSubstring("unused"))
	})
})
