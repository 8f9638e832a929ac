package dev.gantry.app.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.app.run.Runs;
import dev.gantry.app.server.ServerKey;
import dev.gantry.app.serving.ServeEvent.Answered;
import dev.gantry.app.serving.ServingState.Off;
import dev.gantry.app.serving.ServingState.On;
import dev.gantry.engine.GantryException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With real processes that serve the starter model.
class ServingTest {
    private static final ServeOrder STARTER = new ServeOrder("starter", List.of(), 0);

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Runs runs;

    @SuppressWarnings("NullAway.Init")
    private Serving serving;

    @BeforeEach
    void make() {
        runs = Asking.runs(folder);
        serving = new Serving(runs.jvm());
    }

    @AfterEach
    void end() {
        serving.stop();
    }

    private String begin() throws Exception {
        serving.start(STARTER);
        serving.awaitLoaded(() -> false);
        assertThat(serving.state()).isInstanceOf(On.class);
        return ((On) serving.state()).begun().baseUrl();
    }

    @Test
    void itAnswers_tells_takesANewKeyAtOnce_andLeavesNothingBehind() throws Exception {
        String url = begin();
        ProcessHandle process = ProcessHandle.of(serving.pid()).orElseThrow();
        String key = ServerKey.of(runs.home());
        assertThat(Asking.ask(url, key)).isEqualTo(200);
        assertThat(Asking.ask(url, "wrong")).isEqualTo(401);
        String renewed = ServerKey.renew(runs.home());
        assertThat(renewed).isNotEqualTo(key);
        assertThat(Asking.ask(url, key)).isEqualTo(401);
        assertThat(Asking.ask(url, renewed)).isEqualTo(200);
        Asking.await(() -> serving.answered().size() == 4);
        assertThat(serving.answered().stream().map(Answered::status)).containsExactlyInAnyOrder(200, 401, 401, 200);
        assertThat(serving.answered()).anySatisfy(one -> {
            assertThat(one.path()).isEqualTo("/v1/completions");
            assertThat(one.newTokens()).isEqualTo(3);
            assertThat(one.tokensPerSecond()).isPositive();
        });
        assertThatThrownBy(() -> serving.start(STARTER)).hasMessageContaining("on already");

        serving.stop();
        assertThat(process.isAlive()).isFalse();
        Asking.await(() -> serving.state().isOff());
        assertThat(why()).isNull();
        assertThat(serving.pid()).isZero();
    }

    @Test
    void aCrash_isTold_andItCanBeSwitchedOnAgain() throws Exception {
        begin();
        ProcessHandle.of(serving.pid()).orElseThrow().destroyForcibly();
        Asking.await(() -> serving.state().isOff());
        assertThat(why()).isNotNull().extracting(GantryException::code).isEqualTo("SERVE-ENDED");
        assertThat(Asking.ask(begin(), ServerKey.of(runs.home()))).isEqualTo(200);
    }

    @Test
    void whatTheCommandSaysOfItself_isTheReason() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            serving.start(new ServeOrder("starter", List.of(), taken.getLocalPort()));
            serving.awaitLoaded(() -> false);
            assertThat(why()).isNotNull().satisfies(why -> {
                assertThat(why.code()).isEqualTo("SERVE-PORT");
                assertThat(why.nextStep()).contains("--port");
            });
        }
    }

    @Test
    void aServerThatStillLoads_isEndedAtOnce() throws Exception {
        serving.start(STARTER);
        ProcessHandle process = ProcessHandle.of(serving.pid()).orElseThrow();
        serving.stop();
        assertThat(process.isAlive()).isFalse();
        Asking.await(() -> serving.state().isOff());
        assertThat(why()).isNull();
    }

    private @Nullable GantryException why() {
        return serving.state() instanceof Off(var why) ? why : null;
    }
}
