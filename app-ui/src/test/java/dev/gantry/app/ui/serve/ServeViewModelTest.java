package dev.gantry.app.ui.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.library.Library;
import dev.gantry.app.server.ServerKey;
import dev.gantry.app.serving.Asking;
import dev.gantry.app.serving.ServingState.Off;
import dev.gantry.app.serving.ServingState.On;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeViewModelTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private FakeServices fake;

    @SuppressWarnings("NullAway.Init")
    private ServeViewModel model;

    @BeforeEach
    void make() throws IOException {
        fake = new FakeServices(Asking.runs(folder));
        new Library(fake.services().home(), fake.catalog(), fake.services().clock()).ensureStarter();
        model = new ServeViewModel(fake.services());
        model.refresh();
    }

    @AfterEach
    void end() {
        model.close();
        fake.close();
    }

    @Test
    void theSwitch_startsAndEnds_andTellsWhatOtherProgramsNeed() throws Exception {
        model.choice().portProperty().set("0");
        model.copyCommand();
        assertThat(fake.host.copied).containsExactly("gantry serve starter --port 0");
        model.switchOn();
        Asking.await(() -> model.stateProperty().get() instanceof On);
        String url = model.baseUrl().orElseThrow();
        model.copyUrl();
        assertThat(fake.host.copied).contains(url);
        String key = ServerKey.of(fake.services().home());
        assertThat(model.curl(model.key().visible().get())).doesNotContain(key);
        model.copyCurl();
        assertThat(fake.host.copied.getLast()).contains("Bearer " + key, "\"model\": \"starter\"");

        assertThat(Asking.ask(url, key)).isEqualTo(200);
        Asking.await(() -> !model.answered().isEmpty());
        assertThat(model.answered().getFirst().status()).isEqualTo(200);

        model.switchOff();
        Asking.await(() -> model.stateProperty().get() instanceof Off);
        assertThat(model.baseUrl()).isEmpty();
        assertThat(model.failureProperty().get()).isNull();
        assertThat(fake.failures).isEmpty();
        assertThat(fake.services().preferences().current().value("serve.model", ""))
                .isEqualTo("starter");
    }

    @Test
    void aPortThatIsTaken_isSaid_andCanBeDismissed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            model.choice().portProperty().set(String.valueOf(taken.getLocalPort()));
            model.switchOn();
            Asking.await(() -> model.failureProperty().get() != null);
        }
        assertThat(model.failureProperty().get())
                .extracting(GantryException::code)
                .isEqualTo("SERVE-PORT");
        model.dismissFailure();
        assertThat(model.failureProperty().get()).isNull();
        assertThat(model.canSwitchOnProperty().get()).isTrue();
    }

    @Test
    void onlyAPort_canBeSwitchedOn() {
        for (String wrong : new String[] {"", "x", "-1", "65536", "8484.0"}) {
            model.choice().portProperty().set(wrong);
            assertThat(model.canSwitchOnProperty().get()).as(wrong).isFalse();
        }
        model.choice().portProperty().set(" 65535 ");
        assertThat(model.canSwitchOnProperty().get()).isTrue();
    }

    @Test
    void theKey_isHidden_copied_andRenewedAfterAQuestion() throws IOException {
        String key = ServerKey.of(fake.services().home());
        assertThat(model.key().visible().get()).doesNotContain(key);
        model.key().shownProperty().set(true);
        assertThat(model.key().visible().get()).isEqualTo(key);
        model.key().copy();
        assertThat(fake.host.copied).containsExactly(key);
        model.key().renew();
        assertThat(ServerKey.of(fake.services().home())).isEqualTo(key);
        fake.notices.questions.getFirst().choices().getLast().action().run();
        String renewed = ServerKey.of(fake.services().home());
        assertThat(renewed).isNotEqualTo(key).isEqualTo(model.key().value());
    }
}
