package media_test

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestCanonicalForm(t *testing.T) {
	for form, want := range map[string]string{
		"":                        "",
		"b=2&a=1&b=1":             "a=1&b=2&b=1",
		"a=%7e+%20%2B":            "a=~++%2B",
		"a=~%20+%2b":              "a=~++%2B",
		"%61=%c3%a9":              "a=%C3%A9",
		"a=é":                     "a=%C3%A9",
		"a&b=":                    "a=&b=",
		"&a=1&&":                  "a=1",
		"b=1&a=%zz":               "b=1&a=%zz",
		"b=1;a=2":                 "b=1;a=2",
		"q=a%26b%3Dc&p=http://x/": "p=http%3A%2F%2Fx%2F&q=a%26b%3Dc",
	} {
		if got := string(media.CanonicalForm([]byte(form))); got != want {
			t.Errorf("CanonicalForm(%q) = %q, want %q", form, got, want)
		}
		if got := media.SortQuery(form); got != want {
			t.Errorf("SortQuery(%q) = %q, want %q", form, got, want)
		}
	}
}

func FuzzSortQuery(f *testing.F) {
	f.Add("b=2&a=1&b=%7e+%20")
	f.Add("a;b&%zz")
	f.Fuzz(func(t *testing.T, query string) {
		sorted := media.SortQuery(query)
		if again := media.SortQuery(sorted); again != sorted {
			t.Errorf("%q is %q, but that is %q", query, sorted, again)
		}
	})
}
