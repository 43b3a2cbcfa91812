package reporters

import (
	"slices"
	"testing"
)

func TestCombined(t *testing.T) {
	for _, c := range []struct{ commands, want []string }{
		{nil, nil},
		{[]string{"git rm a.yaml"}, []string{"git rm a.yaml"}},
		{[]string{"git rm b.yaml", "git rm 'a b.yaml'", "git rm b.yaml", "rm c"}, []string{"git rm 'a b.yaml' b.yaml", "rm c"}},
		{[]string{
			"VCR_RECORD_MODE=all ginkgo --focus-file=/b_test.go:31 ./chat", "VCR_RECORD_MODE=all ginkgo --focus-file=/b_test.go:9 ./chat",
			"VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 ./chat", "VCR_RECORD_MODE=all ginkgo --focus-file='/c d_test.go:7' ./chat",
		}, []string{"VCR_RECORD_MODE=all ginkgo --focus-file='/c d_test.go:7' --focus-file=/a_test.go:7 --focus-file=/b_test.go:9,31 ./chat"}},
		{[]string{"VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 ./chat", "VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 ./shop", "VCR_RECORD_MODE=new_episodes ginkgo ./chat"},
			[]string{"VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 ./chat", "VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 ./shop", "VCR_RECORD_MODE=new_episodes ginkgo ./chat"}},
		{[]string{"VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 --focus='one two$' ./chat", "VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:9 --focus='one two$' ./chat"},
			[]string{"VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 --focus='one two$' ./chat", "VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:9 --focus='one two$' ./chat"}},
		{[]string{"rm it\\'s.yaml && VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 .", "rm b.yaml"},
			[]string{"rm b.yaml", "rm it\\'s.yaml && VCR_RECORD_MODE=all ginkgo --focus-file=/a_test.go:7 ."}},
	} {
		if got := combined(c.commands); !slices.Equal(got, c.want) {
			t.Errorf("%q:\ngot  %q\nwant %q", c.commands, got, c.want)
		}
	}
}
