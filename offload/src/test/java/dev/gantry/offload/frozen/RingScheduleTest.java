package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.offload.frozen.RingSchedule.Load;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Counts of the ring's schedule against closed forms and against the best of all schedules.
class RingScheduleTest {
    private static final long SEED = 20_261_214;

    private static int[] blocks(int count) {
        return IntStream.range(0, count).toArray();
    }

    @Test
    void trainingStepsLoadTwiceWhatDoesNotFit_forEveryNumberOfBlocksSlotsAndLead() {
        for (int blocks = 1; blocks <= 40; blocks++) {
            for (int slots = 1; slots <= blocks; slots++) {
                for (int lead = 0; lead < slots; lead++) {
                    int[] visits = RingSchedule.visits(Sweep.FORWARD_BACKWARD, blocks(blocks));
                    RingSchedule first = checked(RingSchedule.emptySlots(slots), visits, lead);
                    assertThat(first.loads()).hasSize(blocks + blocks - slots);
                    int[] contents = first.contentsAfter();
                    for (int step = 0; step < 3; step++) {
                        RingSchedule next = checked(contents, visits, lead);
                        assertThat(next.loads())
                                .as("%s blocks, %s slots, lead %s", blocks, slots, lead)
                                .hasSize(2 * (blocks - slots));
                        contents = next.contentsAfter();
                    }
                }
            }
        }
    }

    /// Known of Belady's rule on a cycle: S(S - k) loads in S - 1 rounds. A lead may cost one load a round each, never
    /// more than passing all but k - 1 - lead blocks through.
    @Test
    void forwardSweepsLoadTheFewestThatACycleAllows() {
        for (int blocks = 2; blocks <= 24; blocks++) {
            for (int slots = 1; slots < blocks; slots++) {
                for (int lead = 0; lead < slots; lead++) {
                    int rounds = blocks - 1;
                    int loads = steadyForwardLoads(blocks, slots, lead, rounds);
                    assertThat(loads)
                            .as("%s blocks, %s slots, lead %s", blocks, slots, lead)
                            .isBetween(blocks * (blocks - slots), rounds * (blocks - (slots - 1 - lead)));
                    if (lead == 0) {
                        assertThat(loads).isEqualTo(blocks * (blocks - slots));
                    }
                }
            }
        }
    }

    private static int steadyForwardLoads(int blocks, int slots, int lead, int rounds) {
        int[] visits = RingSchedule.visits(Sweep.FORWARD, blocks(blocks));
        int[] contents = RingSchedule.emptySlots(slots);
        for (int sweep = 0; sweep < 3 * rounds; sweep++) {
            contents = checked(contents, visits, lead).contentsAfter();
        }
        int loads = 0;
        for (int sweep = 0; sweep < rounds; sweep++) {
            RingSchedule schedule = checked(contents, visits, lead);
            loads += schedule.loads().size();
            contents = schedule.contentsAfter();
        }
        return loads;
    }

    @Test
    void blocksThatAllFitAreLoadedOnce() {
        for (int[] visits : List.of(
                RingSchedule.visits(Sweep.FORWARD, blocks(5)),
                RingSchedule.visits(Sweep.FORWARD_BACKWARD, blocks(5)))) {
            RingSchedule first = checked(RingSchedule.emptySlots(7), visits, 1);
            assertThat(first.loads()).hasSize(5);
            assertThat(checked(first.contentsAfter(), visits, 1).loads()).isEmpty();
        }
    }

    /// No schedule whatever loads less over several like sweeps, from any contents.
    @Test
    void noScheduleLoadsLess() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        for (int round = 0; round < 400; round++) {
            int blocks = 1 + random.nextInt(6);
            int slots = 1 + random.nextInt(Math.min(4, blocks));
            int lead = random.nextInt(slots);
            int[] visits = random.nextBoolean()
                    ? RingSchedule.visits(Sweep.FORWARD, blocks(blocks))
                    : RingSchedule.visits(Sweep.FORWARD_BACKWARD, blocks(blocks));
            int[] contents = randomContents(random, blocks, slots);
            int[] sweeps = repeated(visits, 8);
            int loads = 0;
            int[] now = contents;
            for (int sweep = 0; sweep < 8; sweep++) {
                RingSchedule schedule = checked(now, visits, lead);
                loads += schedule.loads().size();
                now = schedule.contentsAfter();
            }
            // a known end allows one to give up blocks that would have been needed in a ninth sweep
            int best = new BestLoads(sweeps, visits.length, slots, lead).from(contents);
            assertThat(loads)
                    .as("%s blocks, %s slots, lead %s, from %s", blocks, slots, lead, Arrays.toString(contents))
                    .isBetween(best, best + slots);
            if (lead == 0) {
                assertThat(knownItinerary(contents, sweeps)).isEqualTo(best);
            }
        }
    }

    @Test
    void evaluationBetweenSteps_costsTheNextStepTwoLoadsMore() {
        int[] train = RingSchedule.visits(Sweep.FORWARD_BACKWARD, blocks(10));
        int[] evaluate = RingSchedule.visits(Sweep.FORWARD, blocks(10));
        int[] contents = RingSchedule.emptySlots(3);
        List<Integer> loads = new ArrayList<>();
        for (int[] visits : List.of(train, train, evaluate, evaluate, train, train)) {
            RingSchedule schedule = checked(contents, visits, 1);
            loads.add(schedule.loads().size());
            contents = schedule.contentsAfter();
        }
        // the first evaluation finds the three blocks where the step ended; the first step after the evaluations misses
        // nine of ten on its way there, as two slots hold the end of the model, and seven on its way back as always
        assertThat(loads).containsExactly(17, 14, 7, 8, 16, 14);
    }

    @Test
    void copiesOfTrainingRunAsFarAheadAsTheRingIsDeep() {
        RingSchedule steady = steady(RingSchedule.visits(Sweep.FORWARD_BACKWARD, blocks(12)), 4);
        for (Load load : steady.loads()) {
            assertThat(load.visit() - load.after()).as("%s", load).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void leadOfOne_neverFillsTheSlotThatWasJustUsed() {
        RingSchedule steady = steady(RingSchedule.visits(Sweep.FORWARD, blocks(12)), 4);
        assertThat(steady.loads()).isNotEmpty();
        for (Load load : steady.loads()) {
            if (load.after() >= 0) {
                assertThat(load.visit() - load.after()).as("%s", load).isGreaterThanOrEqualTo(2);
            }
        }
    }

    @Test
    void leadNeedsASlotMoreThanItself() {
        assertThatIllegalArgumentException().isThrownBy(() -> RingSchedule.of(new int[2], blocks(3), 2));
        assertThatIllegalArgumentException().isThrownBy(() -> RingSchedule.of(new int[0], blocks(3), 0));
    }

    private static RingSchedule steady(int[] visits, int slots) {
        int[] contents = RingSchedule.emptySlots(slots);
        for (int sweep = 0; sweep < 5; sweep++) {
            contents = RingSchedule.of(contents, visits, 1).contentsAfter();
        }
        return RingSchedule.of(contents, visits, 1);
    }

    /// A schedule that was followed step by step: every visit finds its block, no copy overwrites what is needed.
    private static RingSchedule checked(int[] contents, int[] visits, int lead) {
        RingSchedule schedule = RingSchedule.of(contents, visits, lead);
        int[] slots = contents.clone();
        int done = 0;
        int[] lastUse = RingSchedule.emptySlots(slots.length);
        for (int visit = 0; visit < visits.length; visit++) {
            while (done < schedule.loads().size() && schedule.loads().get(done).visit() == visit) {
                Load load = schedule.loads().get(done++);
                assertThat(lastUse[load.slot()]).isEqualTo(load.after());
                if (load.after() >= 0) {
                    assertThat(visit - load.after()).isGreaterThan(lead);
                }
                slots[load.slot()] = load.block();
            }
            assertThat(slots[schedule.slotOfVisit(visit)]).isEqualTo(visits[visit]);
            lastUse[schedule.slotOfVisit(visit)] = visit;
        }
        assertThat(done).isEqualTo(schedule.loads().size());
        assertThat(schedule.contentsAfter()).isEqualTo(slots);
        return schedule;
    }

    /// Loads when all sweeps are known at once.
    private static int knownItinerary(int[] contents, int[] visits) {
        int[] ended = Arrays.copyOf(visits, visits.length + 64);
        Arrays.fill(ended, visits.length, ended.length, 1_000); // nothing of before is needed again
        return (int) RingSchedule.of(contents, ended, 0).loads().stream()
                .filter(load -> load.visit() < visits.length)
                .count();
    }

    private static int[] repeated(int[] visits, int times) {
        return IntStream.range(0, visits.length * times)
                .map(i -> visits[i % visits.length])
                .toArray();
    }

    private static int[] randomContents(Random random, int blocks, int slots) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, blocks).boxed().toList());
        Collections.shuffle(all, random);
        int[] contents = RingSchedule.emptySlots(slots);
        for (int slot = 0; slot < slots; slot++) {
            if (random.nextInt(3) > 0) {
                contents[slot] = all.get(slot);
            }
        }
        return contents;
    }

    /// Fewest loads over all choices of victims, by trying all.
    private static final class BestLoads {
        private final int[] visits;
        private final int sweepVisits;
        private final int slots;
        private final int lead;
        private final Map<String, Integer> known = new HashMap<>();

        BestLoads(int[] visits, int sweepVisits, int slots, int lead) {
            this.visits = visits;
            this.sweepVisits = sweepVisits;
            this.slots = slots;
            this.lead = lead;
        }

        int from(int[] contents) {
            return from(contents, 0);
        }

        private int from(int[] contents, int visit) {
            if (visit == visits.length) {
                return 0;
            }
            int[] sorted = contents.clone();
            Arrays.sort(sorted);
            String key = visit + Arrays.toString(sorted);
            Integer answer = known.get(key);
            if (answer == null) {
                answer = choose(sorted, visit);
                known.put(key, answer);
            }
            return answer;
        }

        private int choose(int[] contents, int visit) {
            if (IntStream.of(contents).anyMatch(block -> block == visits[visit])) {
                return from(contents, visit + 1);
            }
            int best = Integer.MAX_VALUE;
            for (int slot = 0; slot < slots; slot++) {
                if (!recent(contents[slot], visit)) {
                    int[] next = contents.clone();
                    next[slot] = visits[visit];
                    best = Math.min(best, 1 + from(next, visit + 1));
                }
            }
            return best;
        }

        private boolean recent(int block, int visit) {
            int sweepStart = visit - visit % sweepVisits;
            return IntStream.range(Math.max(sweepStart, visit - lead), visit).anyMatch(i -> visits[i] == block);
        }
    }
}
