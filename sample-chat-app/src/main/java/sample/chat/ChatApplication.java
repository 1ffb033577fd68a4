package sample.chat;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;

/**
 * A chat with rooms.
 */
@SpringBootApplication
public class ChatApplication {

	private static final Log logger = LogFactory.getLog(ChatApplication.class);

	/**
	 * Start the chat.
	 * @param args properties, for instance {@code --server.port=8081}
	 */
	public static void main(String[] args) {
		SpringApplication.run(ChatApplication.class, args);
	}

	@EventListener
	void started(WebServerInitializedEvent event) {
		String contextPath = event.getApplicationContext()
			.getEnvironment()
			.getProperty("server.servlet.context-path", "");
		logger.info("Chat at http://localhost:" + event.getWebServer().getPort() + contextPath + "/");
	}

}
