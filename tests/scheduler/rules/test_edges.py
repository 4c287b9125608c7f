"""Does every rule bind on its side of the edge and let go on the other?"""

from datetime import date, timedelta

import pytest

from scheduler.alarms import Alarm
from scheduler.check import breaches
from scheduler.limits import Guard
from scheduler.model import Choice
from scheduler.rules import DECLARED, EARLIER, limits
from tests.scheduler import plain
from tests.scheduler.rules.edges import EDGES


def broken(edge, world):
    """Whether everybody in the pool together, or the request, breaks the edge's rule; said twice alike."""
    declared = {**DECLARED, **EARLIER}[edge.rule]
    if isinstance(declared, Alarm):
        named = bool(declared.found(world, edge.numbers))
        assert named == plain.ALARMS[edge.rule](world, edge.numbers)
        return named
    if isinstance(declared, Guard):
        facts = declared.facts(world, declared.read(edge.numbers))
        assert (facts is not None) == plain.REQUESTS[edge.rule](world, edge.numbers)
        return facts is not None
    choices = [Choice(expert=who.id, speciality=world.seats[0].speciality) for who in world.pool]
    found = bool(breaches(limits(world, {edge.rule: edge.numbers}), choices))
    assert found == bool(plain.broken(world, {edge.rule: edge.numbers}, choices))
    return found


def hold(rule):
    """Every edge of the rule binds where it is bound and lets go where it is free."""
    found = [edge for edge in EDGES if edge.rule == rule]
    assert found
    for edge in found:
        check(edge)


def check(edge):
    """The thing that binds and its nearest neighbour that does not; days are neighbours in the calendar."""
    assert broken(edge, edge.world(edge.bound)), (edge.rule, edge.bound)
    assert not broken(edge, edge.world(edge.free)), (edge.rule, edge.free)
    if type(edge.bound) is date:
        assert abs(edge.bound - edge.free) == timedelta(days=1)


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.rule} {edge.bound} {edge.free}")
def test_a_rule_binds_on_one_side_of_its_edge_and_lets_go_on_the_other(edge):
    """Every edge there is, also of the rules told in the files of their families."""
    check(edge)


def test_c5_wants_seven_and_odd_for_water_works():
    """Seven is lawful; five, six and eight are not."""
    hold("C5")


def test_c6_wants_seven_and_odd_for_a_large_procurement():
    """Seven is lawful; five, six and eight are not; from which budget on is the pack's."""
    hold("C6")


def test_c7_lets_a_negotiation_panel_be_three():
    """Three is lawful; one, two and four are not."""
    hold("C7")


def test_c8e_wants_a_third_of_the_experts_economic():
    """Two economic seats of six are a third, one is less; a seat of a wider code promises no economist."""
    hold("C8e")


def test_c8l_wants_a_lawyer():
    """A legal speciality at any level counts, its neighbour does not."""
    hold("C8l")


def test_d3w_counts_working_days_over_a_weekend_and_a_day_off():
    """Two working days before a Monday after a free Friday: from 00:00 of the Wednesday on, not a minute before."""
    hold("D3w")


def test_c10_lets_no_owner_sit_where_a_bidder_is_linked():
    """A sister company of the tenderee, or the tenderee itself, bids: no owner; a stranger bids: as before."""
    hold("C10")


def test_l1_wants_a_host_and_a_guest():
    """One site is too few where two are asked for."""
    hold("L1")


def test_l1m_caps_the_number_of_sites():
    """Three are too many where two are the most."""
    hold("L1m")


def test_d8_tells_of_few_candidates():
    """Five people for two seats are fewer than three each, six are not; nothing is refused."""
    hold("D8")


def test_e1_wants_eight_years_and_a_senior_title():
    """Eight full years on the corresponding day; a day less is too little, and so is no senior title."""
    hold("E1")


def test_e6_keeps_to_the_regions_asked_for():
    """A county outside the regions of the request is out, one inside is in."""
    hold("E6")


def test_e7_keeps_the_supervising_authority_out():
    """Its staff are out on their last day there and free the day after."""
    hold("E7")


def test_e8_keeps_the_agency_out():
    """Its staff are out from their first day there on."""
    hold("E8")


def test_e9_keeps_the_purchasers_people_out():
    """They do not sit as experts while they work there."""
    hold("E9")


def test_e10_keeps_out_who_knew_the_documents():
    """Who reviewed them in person, and who works for who drafted them."""
    hold("E10")


def test_e11_wants_training_valid_on_the_day():
    """The last valid day counts, the day after does not."""
    hold("E11")


def test_r0o_keeps_the_people_of_a_named_unit_out():
    """An organisation on the request's recusal list binds who works there on the day."""
    hold("R0o")


def test_r2_counts_a_seat_on_a_bidders_board_for_three_years():
    """Ended exactly three years before: still within; a day earlier: free."""
    hold("R2")


def test_r3_counts_control_of_a_bidder_for_three_years():
    """Ended exactly three years before: still within; a day earlier: free."""
    hold("R3")


def test_r4_keeps_kin_of_a_bidders_head_out():
    """While it lasts, both days included: cousins and in-laws to three generations, the straight line at any."""
    hold("R4")


def test_r5_keeps_kin_of_a_bidders_officers_out():
    """Grandparents and siblings are near, great-grandparents, cousins and in-laws are not; while it lasts."""
    hold("R5")


def test_r6_keeps_the_department_out():
    """Staff of the competent department are out while they work there."""
    hold("R6")


def test_r7_keeps_out_who_has_an_interest():
    """While it lasts, its last day included; any other tie is another rule."""
    hold("R7")


def test_r8_keeps_out_who_was_punished():
    """For good: the ground has no end."""
    hold("R8")


def test_r9_heeds_other_ties_and_the_experts_own_declaration():
    """From its first day on; declared by the expert it counts alike."""
    hold("R9")


def test_r11f_counts_former_units_of_a_bidders_group_for_three_years():
    """A job in a sister company, retirement from a bidder: to the corresponding day; subcontracting too."""
    hold("R11f")


def test_f1_caps_evaluations_on_one_day():
    """One on the same day binds where one is the most; one the day before does not."""
    hold("F1")


def test_f2_caps_evaluations_in_a_period():
    """Seven days end with this one: six days back counts, seven days back does not."""
    hold("F2")


def test_f2c_asks_for_whole_days_of_rest():
    """With two days of rest two days ago is too soon and three days ago is not."""
    hold("F2c")


def test_f3_caps_evaluations_for_one_tenderee():
    """Only those for the same tenderee count, seven days ago no longer."""
    hold("F3")


def test_r11_counts_control_in_the_years_before():
    """A sister sold exactly three years before still counts, a day earlier no longer; bought tomorrow: not yet."""
    hold("R11")
    hold("R11@1")


def test_r11p_keeps_out_who_did_the_preliminary_work():
    """Who works for the designer, or did within three years to the corresponding day."""
    hold("R11p")


def test_r12p_lets_colleagues_be_a_third_of_the_panel():
    """One of five is within a third, two are not; two of six are: owner representatives count as members."""
    hold("R12p")


def test_r13k_seats_no_two_relatives():
    """One direction in the register is enough; a relative outside the pool binds nobody."""
    hold("R13k")


def test_l3p_wants_half_from_other_cities():
    """Half of five is rounded up to three: two are too few."""
    hold("L3p")


def test_e5t_wants_time_between_two_panels():
    """Fifty-nine minutes where sixty are asked for are too few; no other panel that day binds nobody."""
    hold("E5t")


def test_e6t_caps_the_way_to_the_site():
    """Sixty-one minutes are too far where sixty are the most; a county whose way nobody knows is in."""
    hold("E6t")


def test_l2_draws_guest_sites_among_those_that_fit():
    """Too few, too many, one in the host's city, one with too few seats: refused; two that fit are taken."""
    hold("L2")


def test_f3b_names_one_expert_with_one_bidder_too_often():
    """Two lots in ninety days are no alarm, the third on the ninetieth day is, a day later it is none."""
    hold("F3b")


def test_f3t_names_one_expert_with_one_tenderee_too_often():
    """The same for the tenderee; lots without one count for nothing."""
    hold("F3t")


def test_f4_names_a_pair_that_meets_again_and_again():
    """Two of three who sit together are a pair."""
    hold("F4")


def test_f4t_names_a_triple_that_meets_again_and_again():
    """All three together."""
    hold("F4t")


def test_f5_names_who_declines_again_and_again():
    """Declines count, sitting does not."""
    hold("F5")


def test_l9_wants_booths_large_enough_and_equipped():
    """A centimetre less, no sound-proofing, no gate, or an open workstation is refused."""
    hold("L9")


def test_l10_keeps_owner_representatives_apart():
    """An owner and an expert in one room break the rule, in two rooms they do not."""
    hold("L10")


def test_l8_spreads_a_panel_over_rooms():
    """Two members of one panel do not fit into one room of the city where one each is allowed."""
    hold("L8")


def test_c9_lets_no_owner_sit_without_a_letter():
    """One representative without a letter on file is one too many; with all letters nothing is said."""
    hold("C9")


def test_c11_gives_the_panel_its_chair_as_the_pack_says():
    """An owner representative chairs, and the tenderee names the chair, only where the pack lets them."""
    hold("C11")
