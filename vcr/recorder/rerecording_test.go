package recorder_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// What is recorded again keeps its place, whatever the order of the requests.
func TestARerecordedInteractionKeepsItsPlace(t *testing.T) {
	cases := []struct{ name, before, again, want string }{
		{"another order", "/a /b /c", "/c /a /b", "2 /a, 3 /b, 1 /c"},
		{"less", "/a /b /c", "/c /a", "2 /a, 1 /c"},
		{"something new at the start", "/a /b", "/x /b /a", "1 /x, 3 /a, 2 /b"},
		{"something new follows what came before it", "/a /b /c", "/c /b /x /y /a", "5 /a, 2 /b, 3 /x, 4 /y, 1 /c"},
		{"another parameter", "/a?q=1 /b?q=1 /a?q=2", "/b?q=3 /a?q=3 /a?q=2", "2 /a?q=3, 1 /b?q=3, 3 /a?q=2"},
		{"equal requests keep their order", "/a /b /a", "/b /a /a", "2 /a, 1 /b, 3 /a"},
		{"more of the same", "/a /b /a", "/a /a /b /a", "1 /a, 3 /b, 2 /a, 4 /a"},
		{"fewer of the same", "/a /a /b /a", "/b /a /a", "2 /a, 1 /b, 3 /a"},
		{"nothing in common", "/a /b", "/x /y", "1 /x, 2 /y"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			d.put(false, strings.Fields(c.before)...)
			s := d.open(recorder.Config{Mode: recorder.All})
			d.get(s, strings.Fields(c.again)...)
			d.end(s, true)
			equal(t, "tape", strings.ReplaceAll(d.bodies(d.file()), "sent ", ""), c.want)

			asked := strings.Fields(c.again)
			var want []string
			for n, path := range asked {
				want = append(want, fmt.Sprintf("sent %d %s", n+1, path))
			}
			s = d.open(recorder.Config{Mode: recorder.None})
			equal(t, "replay", d.get(s, asked...), strings.Join(want, ", "))
			d.end(s, true)
		})
	}
}

func TestInOrderTapesAreInTheOrderOfTheRequests(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a", "/b")
	s := d.open(recorder.Config{Mode: recorder.All, InOrder: true})
	d.get(s, "/b", "/a")
	d.end(s, true)
	equal(t, "tape", d.bodies(d.file()), "sent 1 /b, sent 2 /a")
	s = d.open(recorder.Config{Mode: recorder.None, InOrder: true})
	equal(t, "replay", d.get(s, "/b", "/a"), "sent 1 /b, sent 2 /a")
}

// Bodies that differ only in what the rules ignore are equal, and keep their order.
func TestRulesSayWhatIsReplaced(t *testing.T) {
	d := newRig(t, counting())
	cfg := recorder.Config{Mode: recorder.All, IgnoreBody: []string{"$.time"}}
	record := func(cfg recorder.Config, bodies ...string) {
		s := d.open(cfg)
		for _, body := range bodies {
			d.post(s, "/", "application/json", body)
		}
		d.end(s, true)
	}
	record(cfg, `{"q":1,"time":1}`, `{"q":2,"time":2}`)
	record(cfg, `{"q":2,"time":3}`, `{"q":1,"time":4}`)
	var bodies []string
	for _, i := range d.load(d.file()).Interactions {
		bodies = append(bodies, i.Request.Body.String())
	}
	equal(t, "bodies", strings.Join(bodies, " "), `{"q":1,"time":4} {"q":2,"time":3}`)
}
