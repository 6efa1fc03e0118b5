// What spares a licence or stands against that: exceptions, letters, embargoes, ways, and on what
// an answer rests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/regulation/licences.h"

namespace tpp {
namespace {

using test::a_other;
using test::a_window;
using test::b_item;
using test::below_and_slow;
using test::licence_of;
using test::text;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Licence, OfWhatNoticeMaySpareIsByDestinationAndHeadquarters) {
  struct Case {
    const char* destination;
    const char* headquarters;
    const char* of_2023;
    const char* of_2024;  // from 2024-04-04 on
  };
  const char* notice_denial = "required/NAC 25/presumption of denial";
  const char* denial = "required/NAC 0/presumption of denial";
  const char* approval = "required/NAC 0/presumption of approval";
  const char* by_case = "required/NAC 0/case by case";
  const char* nac = "required/NAC 25/case by case";
  const char* aca = "required/ACA 0/case by case";
  for (const Case& row :
       {Case{"CN", "CN", notice_denial, nac}, Case{"ZW", "ZW", notice_denial, nac},
        Case{"MO", "MO", notice_denial, nac}, Case{"MO", "DE", notice_denial, nac},
        Case{"SA", "CN", denial, nac}, Case{"VN", "MO", denial, nac}, Case{"SA", "ZW", denial, nac},
        Case{"SA", "SA", approval, aca}, Case{"VN", "VN", approval, aca},
        Case{"SA", "DE", approval, aca}, Case{"DE", "CN", by_case, nac},
        Case{"DE", "MO", by_case, nac}, Case{"IL", "ZW", by_case, nac},
        Case{"IL", "IL", "none", "none"}, Case{"TW", "TW", "none", "none"},
        Case{"DE", "DE", "none", "none"}, Case{"US", "CN", "none", "none"}}) {
    for (const Figures& figures : {a_other(), b_item()}) {
      const auto on = [&](const char* day) {
        return text(licence_of({figures, {row.destination, {row.headquarters}, std::nullopt}, day})
                        .decides);
      };
      for (const char* day : {"2023-11-17", "2024-04-03"}) {
        EXPECT_EQ(on(day), row.of_2023) << row.destination << " " << row.headquarters << " " << day;
      }
      for (const char* day : {"2024-04-04", "2025-01-12"}) {
        EXPECT_EQ(on(day), row.of_2024) << row.destination << " " << row.headquarters << " " << day;
      }
    }
  }
}

TEST(Licence, OfMemoryIsByDestinationAndHeadquarters) {
  const auto stack = [](double density) {
    Figures figures;
    figures.hbm_bandwidth = density * 100;
    figures.package_area_mm2 = 100;
    return figures;
  };
  struct Case {
    const char* destination;
    const char* headquarters;
    const char* under;  // 3.3
    const char* over;
  };
  const char* denial = "required/presumption of denial";
  const char* hbm_denial = "required/HBM -1/presumption of denial";
  for (const Case& row :
       {Case{"CN", "CN", hbm_denial, denial}, Case{"ZW", "DE", hbm_denial, denial},
        Case{"MO", "DE", hbm_denial, denial}, Case{"SA", "CN", "required/HBM -1/-", "required/-"},
        Case{"DE", "MO", "required/HBM -1/-", "required/-"}, Case{"SA", "SA", "none", "none"},
        Case{"VN", "DE", "none", "none"}, Case{"US", "CN", "none", "none"},
        Case{"RU", "RU", denial, denial}, Case{"IR", "DE", denial, denial}}) {
    const auto answer = [&](double density, const char* day) {
      return text(
          licence_of({stack(density), {row.destination, {row.headquarters}, std::nullopt}, day})
              .decides);
    };
    for (const char* day : {"2024-12-02", test::kToday}) {
      EXPECT_EQ(answer(2.5, day), row.under) << row.destination << " " << row.headquarters;
      EXPECT_EQ(answer(4, day), row.over) << row.destination << " " << row.headquarters;
    }
  }
  Item item = figures_item(stack(2.5), "");
  item.form = ItemForm::technology;
  const Determination result =
      determine(item, test::shipped_editions(), test::shipped_countries(),
                {test::kToday, Scope::text, {}, Transaction{"CN", {"CN"}, std::nullopt}});
  EXPECT_FALSE(result.licence->decides.exception);
}

TEST(Licence, OfTechnologyIsSparedByNoExceptionForItems) {
  for (const char* destination : {"CN", "SA", "DE"}) {
    for (const char* day : {"2023-12-01", "2024-06-01", test::kToday}) {
      Item item = figures_item(b_item(), "");
      item.form = ItemForm::technology;
      const Determination result =
          determine(item, test::shipped_editions(), test::shipped_countries(),
                    {day, Scope::text, {}, Transaction{destination, {"CN"}, std::nullopt}});
      EXPECT_EQ(result.determination, DeterminationKind::license_required) << day;
      EXPECT_EQ(result.licence->decides.requirement, Truth::met) << destination << day;
      EXPECT_FALSE(result.licence->decides.exception) << destination << day;
    }
  }
}

TEST(Licence, ShowsNoExceptionBesideALetter) {
  const Figures fast = test::board(2400, 1000);
  const LicenceAnswer open = licence_of({fast, {"CN", {"CN", "CN"}, "US"}, test::kToday}).decides;
  EXPECT_EQ(text(open), "required/case by case");
  EXPECT_THAT(open.notes,
              testing::Contains(HasSubstr("exception NAC is not shown to be open: it hangs on the "
                                          "letter of April 2025")));
  EXPECT_THAT(open.notes, testing::Contains(HasSubstr("figures that are not public")));
  Transaction before{"CN", {"CN", "CN"}, "US"};
  EXPECT_EQ(text(licence_of({fast, before, "2025-04-08"}).decides), "required/NAC 25/case by case");
}

TEST(Licence, OfAPartyUnderAnEmbargoIsNoFreerElsewhere) {
  for (const char* party : {"IR", "RU", "KP"}) {
    const auto answer = [&](const Figures& figures, const char* destination) {
      return text(licence_of({figures, {destination, {party, party}, "US"}, test::kToday}).decides);
    };
    EXPECT_EQ(answer(below_and_slow(), "DE"), "open/-") << party;
    EXPECT_EQ(answer(b_item(), "DE"), "required/-") << party;
    EXPECT_EQ(answer(a_window(), "CN"), "required/presumption of denial") << party;
    const Licence licence = licence_of({b_item(), {"DE", {party, party}, "US"}, test::kToday});
    EXPECT_THAT(licence.notices, testing::Not(IsEmpty())) << party;
  }
}

TEST(Licence, ByWayOfAPlaceThatNeedsOneIsOpen) {
  Transaction transaction{"DE", {"DE", "DE"}, "US"};
  transaction.by_way_of = {"CN", "FR"};
  const LicenceAnswer none = licence_of({b_item(), transaction, test::kToday}).decides;
  EXPECT_EQ(text(none), "open/-");
  EXPECT_THAT(none.notes, testing::Contains(HasSubstr("a party receives it in China; to there: "
                                                      "licence required")));
  transaction.destination = "SA";
  transaction.by_way_of = {"RU"};
  EXPECT_EQ(text(licence_of({b_item(), transaction, test::kToday}).decides).find("ACA"),
            std::string::npos);
}

TEST(Licence, RestsOnWhatWasNotReadWhereNoneIsNeededToo) {
  const auto verified = [](const Figures& figures, const char* destination, const char* day) {
    return licence_of({figures, {destination, {"DE", "DE"}, "US"}, day}).decides.text_verified;
  };
  EXPECT_FALSE(verified(b_item(), "DE", "2023-12-01"));          // by the headquarters rule
  EXPECT_TRUE(verified(below_and_slow(), "DE", "2023-12-01"));   // no row speaks of it
  EXPECT_FALSE(verified(below_and_slow(), "KH", test::kToday));  // by a change of groups
}

TEST(Licence, TellsWhatIsFromMemoryApart) {
  const Licence licence = licence_of({b_item(), {"IR", {"IR", "IR"}, "US"}, test::kToday});
  EXPECT_THAT(licence.notices, testing::Contains(HasSubstr("unverified, from memory")));
  const Licence other = licence_of({b_item(), {"NI", {"NI", "NI"}, "US"}, test::kToday});
  EXPECT_THAT(other.notices,
              testing::Contains(HasSubstr("89 FR 18780; not read in the law's own words")));
}

TEST(Licence, IsOpenWhereNoEditionSpeaksOfTheItem) {
  Figures stack;
  stack.hbm_bandwidth = 819;
  stack.package_area_mm2 = 110;
  EXPECT_EQ(text(licence_of({stack, {"CN", {"CN", "CN"}, "US"}, "2024-12-01"}).decides), "open/-");
}

TEST(Licence, SaysHowAnotherReadingWouldAnswer) {
  Item item = figures_item(a_window(), "");
  item.read = true;
  item.values = [](const Readings& readings) {
    Figures figures = a_window();
    if (readings.at("processing_units") == "added") figures.tpp = 21000;
    return figure_values(figures);
  };
  const Determination result =
      determine(item, test::shipped_editions(), test::shipped_countries(),
                {test::kToday, Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}});
  EXPECT_EQ(text(result.licence->decides), "required/case by case");
  EXPECT_THAT(result.licence->decides.notes,
              testing::Contains(HasSubstr("read with processing_units=added: licence required; "
                                          "review: presumption of denial")));
  EXPECT_THAT(result.sensitive_to,
              testing::Contains(HasSubstr("no longer met: 3A090.a for datacenters, within the "
                                          "window")));
}

TEST(Licence, OffersNoNoticeUnderAnEmbargo) {
  for (const char* destination : {"RU", "BY", "IR", "SY", "KP", "CU"}) {
    for (const char* day : {"2023-12-01", "2024-06-01", test::kToday}) {
      for (const Figures& figures : {a_other(), b_item()}) {
        EXPECT_EQ(text(licence_of({figures, {destination, {"DE"}, std::nullopt}, day}).decides),
                  "required/presumption of denial")
            << destination << " " << day;
      }
    }
  }
}

TEST(Licence, OfAnItemInDoubtIsOpenToEveryLetter) {
  Item item = figures_item(below_and_slow(), "");
  const auto requirement = [&] {
    return determine(item, test::shipped_editions(), test::shipped_countries(),
                     {test::kToday, Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}})
        .licence->decides.requirement;
  };
  EXPECT_EQ(requirement(), Truth::not_met);
  item.doubt = "the evidence contradicts the row";
  EXPECT_EQ(requirement(), Truth::not_decided);
}

// As an edition of a site may have it: a class of which no licence row speaks.
TEST(Licence, OfAClassThatNothingCoversIsOpen) {
  std::vector<Edition> editions = test::shipped_editions();
  const auto edition = std::ranges::find_if(
      editions, [](const Edition& each) { return each.rule.id.value == "us-ear-2023-10"; });
  Provision provision = edition->rule.provisions.front();
  provision.paragraph = "X.1";
  provision.gives = "X";
  provision.all = {{RuleQuantity::interconnect, Operator::greater_equal, 600, "words"}};
  edition->rule.provisions.push_back(provision);
  const auto of = [&](std::optional<double> links) {
    Figures figures = b_item();
    figures.interconnect = links;
    return determine(figures_item(figures, ""), editions, test::shipped_countries(),
                     {"2024-06-01", Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}});
  };
  EXPECT_EQ(of(64).determination, DeterminationKind::exception_eligible);
  EXPECT_EQ(of(64).licence->decides.exception, "NAC");
  EXPECT_EQ(of(std::nullopt).determination, DeterminationKind::undetermined);
  EXPECT_FALSE(of(std::nullopt).licence->decides.exception);
  EXPECT_EQ(of(900).determination, DeterminationKind::license_required);
  EXPECT_FALSE(of(900).licence->decides.exception);
}

TEST(Licence, NamesEveryPolicyOfTheHighestRank) {
  std::vector<Edition> editions = test::shipped_editions();
  for (Edition& edition : editions) {
    if (edition.rule.id.value != "us-ear-2026-01") continue;
    LicenceRow row = edition.licence.front();
    row.name = "denial of a site";
    edition.licence.push_back(row);
  }
  const Determination result =
      determine(figures_item(a_window(), ""), editions, test::shipped_countries(),
                {test::kToday, Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}});
  EXPECT_EQ(result.licence->decides.review_policy, "case by case");
  EXPECT_THAT(result.licence->decides.notes,
              testing::Contains(HasSubstr("denial of a site has the same rank")));
}

}  // namespace
}  // namespace tpp
