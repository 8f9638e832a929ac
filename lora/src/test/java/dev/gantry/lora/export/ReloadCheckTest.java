package dev.gantry.lora.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.Fixture;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadCheckTest {
    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private static TunedModel tuned(String adapter) throws IOException {
        Path base = Fixture.of("gpt2").folder();
        return new TunedModel(ModelFolder.open(base), base.resolve("lora").resolve(adapter), null);
    }

    @Test
    void anAdapterWrittenAnew_answersTheSame_toTheBit() throws IOException {
        TunedModel tuned = tuned("adapter_final");
        Path out =
                new AdapterExport(backend).write(tuned, folder.resolve("out")).folder();
        ReloadReport report = new ReloadCheck(backend, Progress.silent()).runAdapter(tuned, out, ReloadCheck.PROMPTS);

        assertThat(report.prompts()).hasSameSizeAs(ReloadCheck.PROMPTS).allMatch(check -> check.tokens() == 24);
        assertThat(report.allTokensSame()).isTrue();
        assertThat(report.largestLogitDifference()).isZero();
    }

    @Test
    void anotherAdapter_isFound() throws IOException {
        Path base = Fixture.of("gpt2").folder();
        TunedModel tuned = tuned("adapter_final");
        ReloadReport report = new ReloadCheck(backend, Progress.silent())
                .runAdapter(tuned, base.resolve("lora/adapter_init"), ReloadCheck.PROMPTS);

        assertThat(ReloadCheck.passed(report, DType.F32)).isFalse();
    }

    @Test
    void aModelWrittenAnew_answersTheSame_toTheBit() throws IOException {
        ModelFolder model = ModelFolder.open(Fixture.of("llama_gqa").folder());
        Path out = new MergedExport(backend, Progress.silent())
                .write(model, folder.resolve("out"), null)
                .folder();
        ReloadReport report = new ReloadCheck(backend, Progress.silent()).runWhole(model, out, ReloadCheck.PROMPTS);

        assertThat(report.largestLogitDifference()).isZero();
        assertThat(report.prompts().getFirst().largestLogit()).isPositive();
    }

    @Test
    void stopping_endsTheCheck_withinAToken() throws IOException {
        TunedModel tuned = tuned("adapter_final");
        StoppedAt third = new StoppedAt(3);
        ReloadCheck check = new ReloadCheck(backend, third);

        assertThatThrownBy(() -> check.runAdapter(tuned, tuned.adapter(), ReloadCheck.PROMPTS))
                .isInstanceOfSatisfying(
                        GantryException.class,
                        stopped -> assertThat(stopped.kind()).isEqualTo(GantryException.Kind.CANCELLED));
        assertThat(third.seen).isEqualTo(3);
    }

    /// The user presses stop when so much was reported.
    private static final class StoppedAt implements Progress, ProgressTask {
        private final long step;
        private long seen;

        StoppedAt(long step) {
            this.step = step;
        }

        @Override
        public ProgressTask start(String label, long total, ProgressUnit unit) {
            return this;
        }

        @Override
        public boolean cancelled() {
            return seen >= step;
        }

        @Override
        public void update(long done) {
            seen = done;
        }

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
    }
}
