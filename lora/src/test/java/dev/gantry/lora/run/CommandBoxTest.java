package dev.gantry.lora.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandBoxTest {
    @TempDir
    private Path run;

    @Test
    void take_givesWhatWasSent_once_inTheOrderOfSending() throws IOException {
        CommandBox box = CommandBox.openEmpty(run);
        List<RunCommand> sent = List.of(RunCommand.SAVE, RunCommand.PAUSE, RunCommand.SAMPLE, RunCommand.RESUME);
        for (RunCommand command : sent) {
            CommandBox.send(run, command);
        }
        assertThat(box.take()).isEqualTo(sent);
        assertThat(box.take()).isEmpty();
    }

    @Test
    void take_throwsAwayWhatIsNoCommand() throws IOException {
        CommandBox box = CommandBox.openEmpty(run);
        Files.createFile(run.resolve("control/0.dance"));
        Files.createFile(run.resolve("control/1.stop"));
        assertThat(box.take()).containsExactly(RunCommand.STOP);
        assertThat(run.resolve("control")).isEmptyDirectory();
    }

    @Test
    void whatWasAskedOfAnEarlierProcess_doesNotBindTheNext() throws IOException {
        CommandBox.send(run, RunCommand.STOP);
        try (RunFolder folder = RunFolder.create(run)) {
            assertThat(folder.commands().take()).isEmpty();
        }
    }

    @Test
    void trainerMark_isThere_whileTheFolderIsHeld() throws IOException {
        assertThatThrownBy(() -> TrainerMark.require(run)).hasMessageContaining("no process is training");
        try (RunFolder _ = RunFolder.create(run)) {
            TrainerMark mark = TrainerMark.require(run);
            assertThat(mark.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(mark.isAlive()).isTrue();
        }
        assertThat(TrainerMark.read(run)).isEmpty();
    }

    @Test
    void trainerMark_isNotAlive_whenAnotherProcessCarriesItsNumber() {
        TrainerMark before =
                new TrainerMark(ProcessHandle.current().pid(), Instant.now().minusSeconds(1_000_000), false);
        assertThat(before.isAlive()).isFalse();
    }

    @Test
    void trainerMark_isUnknown_whenItIsDamaged() throws IOException {
        Files.writeString(run.resolve(TrainerMark.FILE_NAME), "{\"pid\":");
        assertThat(TrainerMark.read(run)).isEqualTo(Optional.empty());
    }

    @Test
    void heartbeat_renewsTheTime() throws IOException, InterruptedException {
        try (RunFolder folder = RunFolder.create(run)) {
            Path mark = folder.path().resolve(TrainerMark.FILE_NAME);
            Files.setLastModifiedTime(mark, FileTime.fromMillis(0));
            while (Files.getLastModifiedTime(mark).toMillis() == 0) {
                Thread.sleep(20);
            }
            assertThat(Files.getLastModifiedTime(mark).toInstant()).isAfter(Instant.EPOCH.plusSeconds(1));
        }
    }
}
