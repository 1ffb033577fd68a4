package sample.chat;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page, in a real browser.
 */
class ChatPageIntegrationTests {

	@Test
	void twoTabsChatAndSurviveARestartOfTheServer() throws Exception {
		ConfigurableApplicationContext application = start(0);
		int port = ((ServletWebServerApplicationContext) application).getWebServer().getPort();
		try (Browser browser = new Browser()) {
			String ann = browser.open("http://localhost:" + port + "/?room=tea&user=ann");
			browser.awaitAttribute("#state", "data-state", "open");
			String bob = browser.open("http://localhost:" + port + "/?room=tea&user=bob");
			browser.awaitAttribute("#state", "data-state", "open");

			browser.type("#message", "hello ann <b>&amp;" + Keys.ENTER);
			browser.awaitText("#messages .text", "hello ann <b>&amp;");
			assertThat(browser.texts("#messages .mine .text")).containsExactly("hello ann <b>&amp;");

			browser.switchTo(ann);
			browser.awaitText("#messages .text", "hello ann <b>&amp;");
			assertThat(browser.texts("#messages .meta b")).containsExactly("bob");
			assertThat(browser.texts("#messages .meta time").get(0)).matches(".*\\d\\d:\\d\\d.*");
			assertThat(browser.texts("#messages .mine")).isEmpty();
			browser.type("#message", "/count one two three" + Keys.ENTER);
			browser.awaitText("#messages .text", "3 words");

			application.close();
			browser.awaitAttribute("#state", "data-state", "waiting");
			application = start(port);
			browser.awaitAttribute("#state", "data-state", "open");
			browser.type("#message", "back again" + Keys.ENTER);
			browser.switchTo(bob);
			browser.awaitAttribute("#state", "data-state", "open");
			browser.type("#message", "me too" + Keys.ENTER);
			browser.awaitText("#messages .text", "me too");
			browser.switchTo(ann);
			browser.awaitText("#messages .text", "me too");
		}
		finally {
			application.close();
		}
	}

	private static ConfigurableApplicationContext start(int port) {
		return SpringApplication.run(ChatApplication.class, "--server.port=" + port);
	}

}
