package ginkgovcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("A cassette has its place from the spec's place in the tree", func() {
	path := func() string { return vcr.Current().Cassette() }

	When("a container is decorated", vcr.Recorded(), func() {
		It("has one for each spec", func() {
			get(client, "/echo/container")
			Expect(path()).To(HaveSuffix("a_cassette_has_its_place_from_the_spec_s_place_in_the_tree/when_a_container_is_decorated/has_one_for_each_spec.yaml"))
		})

		It("takes a name where one is given", vcr.Recorded(vcr.Name("renamed")), func() {
			get(client, "/echo/name")
			Expect(path()).To(HaveSuffix("when_a_container_is_decorated/renamed.yaml"))
		})
	})

	It("may be a single spec", vcr.Recorded(), func() {
		get(client, "/echo/spec")
		Expect(path()).To(HaveSuffix("/may_be_a_single_spec.yaml"))
	})

	It("may be said with a label", Label("vcr"), func() {
		get(client, "/echo/label")
		Expect(path()).To(HaveSuffix("/may_be_said_with_a_label.yaml"))
	})

	DescribeTable("has one for each entry of a table", vcr.Recorded(),
		func(name string) {
			get(client, "/echo/"+name)
			Expect(path()).To(HaveSuffix("has_one_for_each_entry_of_a_table/" + name + ".yaml"))
		},
		Entry("first", "first"),
		Entry("second", "second"),
	)

	Context("in an ordered container", Ordered, vcr.Recorded(), func() {
		var token string

		BeforeAll(func() {
			token = get(client, "/echo/before-all")
			Expect(path()).To(HaveSuffix("in_an_ordered_container/_container.yaml"))
		})

		It("keeps what BeforeAll did apart", func() {
			Expect(token).To(HavePrefix("GET /echo/before-all"))
			get(client, "/echo/ordered")
			Expect(path()).To(HaveSuffix("in_an_ordered_container/keeps_what_beforeall_did_apart.yaml"))
		})
	})
})
