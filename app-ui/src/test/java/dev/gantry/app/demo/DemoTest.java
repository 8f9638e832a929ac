package dev.gantry.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.demo.DemoReport.Exchange;
import dev.gantry.lora.starter.PersonaGus;
import dev.gantry.lora.train.TrainingEnvironment;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final long STEPS = 2;

    @TempDir
    private Path folder;

    private final List<String> parts = new ArrayList<>();

    /// The demo with hardly any training: all its parts, none of its wit.
    private DemoReport run(GantryHome home) throws IOException {
        return new Demo(home, TrainingEnvironment.quiet(), 2, () -> open(home), DemoTest::shortened).run(parts::add);
    }

    private static TrainConfig shortened(TrainConfig config) {
        return config.withDuration(new DurationSection(null, STEPS, null));
    }

    private static Catalog open(GantryHome home) {
        return Catalog.open(home, Duration.ofSeconds(5));
    }

    @Test
    void demo_entersTheStarterInTheCatalog_andRunsTwice() throws IOException {
        GantryHome home = new GantryHome(folder.resolve("a häuschen"));

        DemoReport first = run(home);
        DemoReport second = run(home);

        assertThat(parts).hasSize(10);
        assertThat(first.passed()).isTrue();
        assertThat(first.training().steps()).isEqualTo(STEPS);
        assertThat(first.folders().model()).isEqualTo(second.folders().model());
        assertThat(first.folders().run()).isNotEqualTo(second.folders().run());
        assertThat(second.receipt().folder()).isDirectory();
        assertThat(second.answers()).isEqualTo(first.answers());
        try (Catalog catalog = open(home)) {
            assertThat(catalog.models().all()).singleElement().satisfies(model -> {
                assertThat(model.name()).isEqualTo("starter");
                assertThat(model.folder()).isEqualTo(first.folders().model().toRealPath());
                assertThat(model.parameters()).isEqualTo(first.parameters());
            });
        }
    }

    @Test
    void answers_sayWhichQuestionsTheDataHolds() throws IOException {
        List<Exchange> answers = run(new GantryHome(folder)).answers();

        assertThat(answers)
                .filteredOn(Exchange::inData)
                .map(Exchange::question)
                .isEqualTo(PersonaGus.familiarQuestions());
        assertThat(answers)
                .filteredOn(exchange -> !exchange.inData())
                .map(Exchange::question)
                .isEqualTo(PersonaGus.newQuestions());
        assertThat(answers).allSatisfy(exchange -> assertThat(exchange.before()).isNotBlank());
    }
}
