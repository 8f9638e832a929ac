package dev.gantry.lora.oncard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.gantry.engine.backend.Backend;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.bench.TieredStep;
import dev.gantry.offload.plan.MachineRates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Steps that a card is asked for, on the host in its place.
class ProgramsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void onTheHost() {
        assumeFalse(Ground.isCard(), "the bundle runs these on a card");
    }

    private List<JsonNode> parts(Step.Program program) throws IOException {
        Path cases = Objects.requireNonNull(Fixture.of("gpt2").folder().getParent());
        Path file = folder.resolve("parts.json");
        new Recorder(file).whole(new Step("one", 60, program), new Ground(cases, folder));
        List<JsonNode> parts = StepProcess.read(file);
        assertThat(parts)
                .isNotEmpty()
                .allSatisfy(part -> assertThat(part.path("outcome").asString())
                        .as(part.path("why").asString())
                        .isEqualTo("PASSED"));
        return parts;
    }

    @Test
    void stepOfTheLargestModel_liesOnAllTiers_asPlanned_andLeavesNothingOnDisk() throws IOException {
        TieredStep.Rates rates = new TieredStep.Rates(new MachineRates(1e9, 1e9, 1e9), 1e9);
        JsonNode found = parts((ground, recorder) -> recorder.part("step", () -> {
                    try (Backend backend = ground.open()) {
                        return new LargestModel(60).onHost(backend, ground.work(), rates);
                    }
                }))
                .getFirst()
                .path("figures");
        JsonNode blocks = found.path("blocks");
        assertThat(blocks.path("onDevice").asInt()).isPositive();
        assertThat(blocks.path("inHost").asInt()).isPositive();
        assertThat(blocks.path("onDisk").asInt())
                .isPositive()
                .isEqualTo(found.path("blocksInFile").asInt());
        assertThat(found.path("said").asString()).startsWith("all 6 blocks");
        for (String tier : List.of("device", "host")) {
            assertThat(found.path(tier).path("isWithin").asBoolean()).as(tier).isTrue();
        }
        for (String moved : List.of("fromHost", "fromDisk")) {
            JsonNode bytes = found.path(moved);
            assertThat(bytes.path("measured").asLong())
                    .isPositive()
                    .isEqualTo(bytes.path("predicted").asLong());
        }
        assertThat(found.path("secondLoss").asDouble())
                .isPositive()
                .isNotEqualTo(found.path("firstLoss").asDouble());
        try (var left = Files.list(folder)) {
            assertThat(left).noneMatch(file -> file.toString().endsWith(".bin"));
        }
    }

    @Test
    void fourRoles_takeOfTheDriverWhatWasPlanned() throws IOException {
        for (JsonNode part : parts(new FourRoles())) {
            JsonNode phases = part.path("figures").path("phases");
            assertThat(phases).hasSize(2).allSatisfy(phase -> {
                assertThat(phase.path("account").path("ratio").asDouble()).isEqualTo(1);
                assertThat(phase.path("driver").path("isWithin").asBoolean()).isTrue();
            });
        }
    }
}
